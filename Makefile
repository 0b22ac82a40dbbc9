# Everything a day needs; each target does its own set-up (tools/setup.sh).
.DEFAULT_GOAL := help
.PHONY: help jam test lint format bench docs data train study export prompt styles

PY := .venv/bin/python
CONFIG ?= note-transformer
DATA ?= data/notes.npz
RUN ?= runs/$(CONFIG)

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

jam: ## play: open the ports and wait for your first phrase (Ctrl-C ends)
	@sh tools/setup.sh play
	@if [ -t 0 ]; then set -m; fi; .venv/bin/antiphon jam; exit $$?

test: ## check style and types, run the tests, then those in the studio
	@sh tools/setup.sh test
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	sh tools/alone.sh $(PY) -m pytest -m "not studio"
	sh tools/alone.sh $(PY) -m pytest -m studio

lint: ## check style and types only
	@sh tools/setup.sh test
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

format: ## put the code into its usual form
	@sh tools/setup.sh test
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

bench: ## measure this machine, a fast jam for MINUTES=10, in all 20: docs/benchmarks.json and .md
	@sh tools/setup.sh train
	.venv/bin/antiphon bench --seconds $$((6 * $(or $(MINUTES),10))) \
	  --json docs/benchmarks.json --page docs/benchmarks.md

docs: ## write the pages and templates that are made from the table of parameters
	@sh tools/setup.sh play
	.venv/bin/antiphon docs
	.venv/bin/antiphon templates

data: ## turn folders of MIDI files, PACKS="A B", into DATA=data/notes.npz
	@sh tools/setup.sh train
	@mkdir -p $(dir $(DATA))
	$(PY) -m bridge.training.prepare $(PACKS) --out $(DATA)

train: ## train CONFIG=note-transformer on DATA into RUN, for MINUTES or as its config says
	@sh tools/setup.sh train
	$(PY) -m bridge.training.train bridge/training/configs/$(CONFIG).toml \
	  --data $(DATA) --out $(RUN) $(if $(MINUTES),--minutes $(MINUTES))

study: ## compare optimisers and losses on the piano roll: six runs on DATA, 1500 steps each
	@sh tools/setup.sh train
	$(PY) -m bridge.training.study --data $(DATA) --out runs/study

export: ## turn the best network of RUN into models/onnx/CONFIG.onnx
	@sh tools/setup.sh train
	$(PY) tools/export_onnx.py $(RUN)/best.pt --name $(CONFIG) --data $(DATA)

prompt: ## teach the reader of prompts from bridge/training/wordings.py, in half a minute
	@sh tools/setup.sh train
	$(PY) -m bridge.training.prompt --out models/prompt.npz

styles: ## count on DATA how the notes of each style differ, in seconds
	@sh tools/setup.sh train
	$(PY) -m bridge.training.manners --data $(DATA) --out models/styles.npz
