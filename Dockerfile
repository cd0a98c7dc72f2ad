# Downhill in a container:   docker build -t downhill .
# That brings PyTorch with CUDA, for a GPU or none. A small image for the CPU takes PyTorch from its own index of builds for
# the CPU, whose address stands on PyTorch's "Get started" page:   --build-arg TORCH_INDEX=<that address>
FROM python:3.12-slim

ARG TORCH_INDEX=

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

WORKDIR /srv/downhill

# First PyTorch, from its own index if one is given, so that the rest finds it there; only then what changes more often.
COPY requirements.txt ./
RUN grep -E "^torch(vision)?[<>=]" requirements.txt > torch.txt \
    && pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} -r torch.txt \
    && pip install -r requirements.txt \
    && rm torch.txt

COPY app.py LICENSE README.md ./
COPY .streamlit .streamlit
COPY pages pages
COPY assets assets
COPY core core

# Nothing in the program's folder can be written; downloads and drawn pictures go to the visitor's home.
RUN useradd --create-home --uid 10001 visitor
USER visitor

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"]
