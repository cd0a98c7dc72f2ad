"""The breeds of cats, as data; units as in traits.py."""

from core.data.drawn.traits import PAWS, Breed, Coat, Ear, Eye, Fur, Muzzle, Patch

CAT_EYE = Eye(place=(0.43, 0.0), size=0.235, upper=0.78, lower=0.62, tilt=0.22, slit=True, iris=0.93)
CAT_EAR = Ear(root=(0.58, -0.5, -0.05), axis=(0.34, -0.66, -0.1), width=0.4, point=0.72)
CAT_MUZZLE = Muzzle(length=0.16, width=0.42, height=0.34, y=0.36)
POINTS = (Patch(tone="dark", centre=(0, 0.26, 0.95), radii=(0.56, 0.56, 0.62), soft=0.34),)
LEGS = (Patch(tone="dark", centre=(0.8, 4.5, 0.3), radii=(1.6, 0.95, 1.2), soft=0.4),)

CATS: tuple[Breed, ...] = (
    Breed(
        name="Bengal",
        cat=True,
        skull=(0.92, 0.86, 0.84),
        cheek=(0.4, 0.48),
        muzzle=CAT_MUZZLE,
        eye=CAT_EYE,
        ear=CAT_EAR,
        nose=0.13,
        fur=Fur(head=0.05, cheek=0.08, body=0.07, ears=0.03, sheen=0.3),
        coats=(
            Coat(base="#c98a45", dark="#3b2010", light="#f3dcb4", nose="#a8574a", irises=("#7fa33a", "#c9a43a")),
            Coat(base="#b5793f", dark="#2c1a12", light="#ead0a4", nose="#9c5348", irises=("#6f9c48", "#b8902c")),
            Coat(base="#b9b2a6", dark="#2e2c2d", light="#efece4", nose="#b06a66", irises=("#6ea15a", "#8fae58")),
        ),
        pattern="spots",
        head=(
            Patch(tone="light", centre=(0, 0.5, 0.8), radii=(0.42, 0.26, 0.5)),
            Patch(tone="light", centre=(0.42, 0.02, 0.7), radii=(0.31, 0.25, 0.4)),
        ),
        body=(Patch(tone="light", centre=(0, 1.2, 0.6), radii=(0.42, 0.9, 0.5), soft=0.6, ragged=0.3, strength=0.5),),
        build=0.88,
        smile=0.0,
        alike=("Maine_Coon",),
    ),
    Breed(
        name="Birman",
        cat=True,
        skull=(0.96, 0.88, 0.84),
        cheek=(0.5, 0.54),
        muzzle=Muzzle(length=0.15, width=0.42, height=0.34, y=0.36),
        eye=Eye(place=(0.43, 0.0), size=0.235, upper=0.8, lower=0.68, tilt=0.16, slit=True, iris=0.95),
        ear=Ear(root=(0.58, -0.52, -0.05), axis=(0.3, -0.6, -0.1), width=0.4, point=0.66, tone="dark"),
        nose=0.13,
        fur=Fur(head=0.09, cheek=0.3, body=0.25, ears=0.06, sheen=0.1),
        coats=(
            Coat(base="#e9dcc6", dark="#54392c", light="#fbf8f2", nose="#7d4a44", irises=("#3d79c4", "#5b93d6")),
            Coat(base="#e6e2dc", dark="#73757f", light="#fbfaf8", nose="#7f6a70", irises=("#4c86cc", "#77a8dc")),
            Coat(base="#f0e2cf", dark="#c98a5a", light="#fdfaf4", nose="#c07a6e", irises=("#4f8fd0", "#3f74bc")),
        ),
        head=POINTS,
        body=(Patch(tone="dark", centre=(0.8, 4.5, 0.3), radii=(1.6, 0.95, 1.2), soft=0.4), PAWS),
        build=1.1,
        smile=0.0,
        alike=("Siamese",),
    ),
    Breed(
        name="British_Shorthair",
        cat=True,
        skull=(1.02, 0.9, 0.86),
        cheek=(0.52, 0.6),
        muzzle=Muzzle(length=0.13, width=0.46, height=0.36, y=0.36),
        eye=Eye(place=(0.44, -0.01), size=0.245, upper=0.86, lower=0.8, tilt=0.06, slit=True, iris=0.96),
        ear=Ear(root=(0.66, -0.5, -0.05), axis=(0.26, -0.5, -0.1), width=0.36, point=0.62),
        nose=0.13,
        fur=Fur(head=0.08, cheek=0.13, body=0.12, ears=0.04, sheen=0.12),
        coats=(
            Coat(base="#848c9a", dark="#6a717e", light="#a4abb8", nose="#555a66", irises=("#d07a1c", "#dd9a2a")),
            Coat(base="#9aa0a9", dark="#7d838c", light="#b9bec6", nose="#666b74", irises=("#cf861e", "#c9a02c")),
            Coat(base="#b7a6a0", dark="#97867f", light="#cfc2bd", nose="#a8807a", irises=("#d58a2a", "#cc9c38")),
            Coat(base="#383437", dark="#252225", light="#4d484c", nose="#231f22", irises=("#d98a1e", "#c97a18")),
        ),
        build=1.2,
        smile=0.0,
        alike=("Birman",),
    ),
    Breed(
        name="Maine_Coon",
        cat=True,
        skull=(0.9, 0.9, 0.84),
        cheek=(0.46, 0.5),
        muzzle=Muzzle(length=0.26, width=0.46, height=0.4, y=0.4, chin=1.2),
        eye=Eye(place=(0.41, -0.03), size=0.225, upper=0.76, lower=0.64, tilt=0.24, slit=True, iris=0.93),
        ear=Ear(root=(0.52, -0.54, -0.05), axis=(0.26, -0.88, -0.1), width=0.4, point=0.9, tuft=0.3),
        nose=0.14,
        fur=Fur(head=0.1, cheek=0.34, body=0.28),
        coats=(
            Coat(base="#96714a", dark="#2d1e15", light="#ecdcc2", nose="#a85f52", irises=("#b3a03a", "#8da044")),
            Coat(base="#c97f42", dark="#8a4420", light="#f3dfc2", nose="#c97a6a", irises=("#cfa038", "#b5a23c")),
            Coat(base="#a5a3a0", dark="#33312f", light="#f0eeea", nose="#a86e68", irises=("#9aa84a", "#7fa35a")),
        ),
        pattern="tabby",
        head=(
            Patch(tone="light", centre=(0, 0.52, 0.8), radii=(0.42, 0.28, 0.5)),
            Patch(tone="light", centre=(0.41, 0.0, 0.7), radii=(0.3, 0.24, 0.4), strength=0.8),
        ),
        body=(Patch(tone="light", centre=(0, 1.1, 0.7), radii=(0.6, 0.8, 0.7), soft=0.4),),
        build=1.15,
        smile=0.0,
        alike=("Bengal",),
    ),
    Breed(
        name="Siamese",
        cat=True,
        skull=(0.78, 0.86, 0.84),
        cheek=(0.32, 0.38),
        muzzle=Muzzle(length=0.26, width=0.34, height=0.34, y=0.4),
        eye=Eye(place=(0.38, -0.02), size=0.22, upper=0.72, lower=0.6, tilt=0.26, slit=True, iris=0.95),
        ear=Ear(root=(0.54, -0.4, -0.05), axis=(0.56, -0.72, -0.1), width=0.48, point=0.78, tone="dark"),
        nose=0.12,
        fur=Fur(head=0.03, cheek=0.035, body=0.045, ears=0.025, sheen=0.3),
        coats=(
            Coat(base="#e8d9be", dark="#3d2a22", light="#f6eede", nose="#33221e", irises=("#3f86d8", "#62a3e2")),
            Coat(base="#e9e5df", dark="#666a76", light="#f7f5f2", nose="#5c5c66", irises=("#5590d4", "#78acdf")),
            Coat(base="#ecdcc6", dark="#8a5b3e", light="#f8f0e2", nose="#7c5040", irises=("#4b90d8", "#69a8e2")),
        ),
        head=POINTS,
        body=LEGS,
        build=0.76,
        smile=0.0,
        alike=("Birman",),
    ),
)
