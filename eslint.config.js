import js from "@eslint/js";
import globals from "globals";

/** What core/app/scripts.py joins: one name a definition, and no form of import or export but the named ones. */
const forms = [
  {
    selector: ":matches(Program, ExportNamedDeclaration) > VariableDeclaration[declarations.length>1]",
    message: "Define one name at a time at the top of a module.",
  },
  {
    selector: ":matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator > :not(Identifier).id",
    message: "Define a name, not a pattern, at the top of a module.",
  },
  {
    selector: "ExportDefaultDeclaration, ExportAllDeclaration, ExportSpecifier, ImportDefaultSpecifier, ImportNamespaceSpecifier",
    message: "Export a definition, and import it by its name.",
  },
  { selector: "ImportExpression, MetaProperty", message: "A joined module imports nothing and has no address." },
];

export default [
  js.configs.recommended,
  {
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-undef": "error",
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", 50],
      "max-len": ["error", { code: 120, ignoreStrings: true, ignoreTemplateLiterals: true }],
    },
  },
  {
    files: ["assets/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: { "no-restricted-syntax": ["error", ...forms], "no-shadow": ["error", { builtinGlobals: false }] },
  },
  { files: ["tests/js/**/*.js", "eslint.config.js"], languageOptions: { globals: globals.node } },
];
