# The two commands: `make run` and `make test`. `make help` lists the others.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT
# As an address has it: IPv6 in brackets. Where other machines may ask too, they know this one by names of their own.
ADDRESS := $(if $(findstring [,$(HOST)),$(HOST),$(if $(findstring :,$(HOST)),[$(HOST)],$(HOST)))
EVERYWHERE := $(filter 0.0.0.0 [::],$(ADDRESS))
NAME := $(if $(EVERYWHERE),localhost,$(ADDRESS))

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
# The stamps name the Python that they were made for: another one gets an environment of its own.
INSTALLED := .venv/.installed-$(VERSION)
TOOLS := .venv/.tools-$(VERSION)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
TEMPLATES = $(shell find templates forum -name '*.html' 2>/dev/null)

define CHECK_PYTHON
import sys
if sys.version_info < (3, 11):
    sys.exit("The forum needs Python 3.11 or newer, and %s is %s. Name another: make run PYTHON=python3.12"
             % (sys.executable, sys.version.split()[0]))
try:
    from ensurepip import version
except ImportError:
    sys.exit("Python cannot make a virtual environment here. On Debian: apt install python3-venv")
endef
export CHECK_PYTHON

define CHECK_PORT
import errno, os, socket, sys
host, port = os.environ["HOST"], os.environ["PORT"]
if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
    sys.exit(f"PORT must be a number from 1 to 65535, not {port!r}.")
bare = host.strip("[]")
try:
    socket.create_server((bare, int(port)), family=socket.AF_INET6 if ":" in bare else socket.AF_INET).close()
except OSError as error:
    reason = error.strerror.partition(" (while")[0]
    of_the_port = error.errno in (errno.EADDRINUSE, errno.EACCES)
    remedy = f"make run PORT={int(port) + 1}" if of_the_port else "make run HOST=127.0.0.1"
    sys.exit(f"The forum cannot listen on {host}:{port}: {reason}. Try another: {remedy}")
endef
export CHECK_PORT

.PHONY: help run test bench torture check lint deploy-check format lock

help:
	@echo "make run      the forum on http://$(HOST):$(PORT) (HOST=, PORT=, PYTHON=)"
	@echo "make test     all tests, on SQLite and PostgreSQL (ARGS= for pytest)"
	@echo "make bench    what the forum costs, beside a bare Django (SIZES= answers in a thread, ARGS=--help)"
	@echo "make torture  kills, restarts, locks, full disks under load: nothing acknowledged is lost (ARGS= see --help)"
	@echo "make check    tests, lint and what a deployment must keep to: what .ci/run runs"
	@echo "make lint     lint, format, templates, floors, migrations"
	@echo "make format   put Python and templates into shape"
	@echo "make lock     requirements*.in to requirements*.txt (UPGRADE=1 takes newer releases)"

# Development has Django's own server, which takes changed code at once and shows errors whole; with
# DEBUG off it is gunicorn. Links in mails follow HOST and PORT, unless SITE_URL says otherwise.
run: $(INSTALLED)
	@$(BIN)/python -c "$$CHECK_PORT"
	@grep -qsE '^[[:space:]]*(export )?SITE_URL=' .env || export SITE_URL="$${SITE_URL:-http://$(NAME):$(PORT)}"; \
	$(MANAGE) first_start || exit 1; \
	if $(BIN)/python -c 'from config.settings import DEBUG; raise SystemExit(not DEBUG)'; then \
		$(if $(EVERYWHERE),grep -qsE '^[[:space:]]*(export )?ALLOWED_HOSTS=' .env || export ALLOWED_HOSTS="$${ALLOWED_HOSTS:-*}";) \
		DJANGO_RUNSERVER_HIDE_WARNING=true exec $(MANAGE) runserver "$(ADDRESS):$(PORT)"; \
	else \
		$(MANAGE) collectstatic --noinput || exit 1; \
		exec $(BIN)/gunicorn --config python:config.gunicorn config.wsgi --bind "$(ADDRESS):$(PORT)"; \
	fi

test: $(INSTALLED) $(if $(CHROMIUM),$(TOOLS))
	@CHROMIUM="$(CHROMIUM)" $(BIN)/python -m forum.tests $(ARGS)

bench: $(INSTALLED)
	@$(BIN)/python -m benchmarks $(ARGS) $(SIZES)

torture: $(INSTALLED)
	@$(BIN)/python -m torture $(ARGS)

check: test lint deploy-check

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(if $(TEMPLATES),$(BIN)/djade --check $(TEMPLATES))
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run

# With the settings of a real site: any warning fails.
deploy-check: $(INSTALLED)
	DEBUG=0 ALLOWED_HOSTS=forum.example.org SITE_URL=https://forum.example.org \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	$(MANAGE) check --deploy --fail-level WARNING

format: $(TOOLS)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(if $(TEMPLATES),$(BIN)/djade $(TEMPLATES))

lock: $(TOOLS)
	$(LOCK) --output-file requirements.txt requirements.in
	$(LOCK) --output-file requirements-redis.txt requirements-redis.in
	$(LOCK) --output-file requirements-dev.txt requirements-dev.in

$(INSTALLED): requirements.txt
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no $(PYTHON) here. On Debian: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c "$$CHECK_PYTHON"
	@echo "Installing what the forum needs into .venv: about half a minute."
	@$(PYTHON) -m venv --clear .venv
	@$(INSTALL) -r requirements.txt
	@touch $@

$(TOOLS): $(INSTALLED) requirements-dev.txt
	@echo "Installing the tools for checks and browser tests into .venv."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
