# For development. `make run` and `make test` need nothing but Python 3.11+ and make.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
MANAGE = $(BIN)/python manage.py
# A lock is complete, so pip must resolve nothing: before 23.3 it would install the newest release
# of an extra instead of the locked one.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
PEOPLE ?= 300
EXAMPLES ?= 50
STAFF ?= +79990000001
LOCALES = $(notdir $(wildcard locale/*))
export PORT ?= 8000

# Development by default, because a server runs no make.
export DEBUG ?= true

.DEFAULT_GOAL = help
.PHONY: help run demo superuser test test-sqlite e2e screenshots check lint-ops format messages lock migrations postman examples fuzz attack stack stack-test bench load-data

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(BIN)/.base migrate ## Start everything at http://127.0.0.1:8000 (PORT= changes it)
	@$(BIN)/python -m config.ports $(or $(BIND_HOST),127.0.0.1) $(PORT)
	@echo
	@echo "  Start here       http://127.0.0.1:$(PORT)/"
	@echo "  The SMS          http://127.0.0.1:$(PORT)/dev/sms/      every SMS arrives here"
	@echo "  The API          http://127.0.0.1:$(PORT)/redoc/        and /swagger/ to try it"
	@echo "  Administration   http://127.0.0.1:$(PORT)/admin/        after: make superuser"
	@echo
	@$(BIN)/gunicorn --config config/gunicorn.py config.wsgi

demo: $(BIN)/.base migrate ## Add made-up users to the database (PEOPLE=300)
	@$(MANAGE) demo --people $(PEOPLE)

superuser: $(BIN)/.base migrate ## Make an administrator
	@$(MANAGE) createsuperuser

test: $(BIN)/.dev ## Run the tests on PostgreSQL, which they install and start
	@$(BIN)/python -m pytest $(TESTS)

test-sqlite: $(BIN)/.dev ## Run the tests on SQLite
	@mkdir -p var && DATABASE_URL=sqlite:///var/db.sqlite3 $(BIN)/python -m pytest $(TESTS)

e2e: $(BIN)/.dev ## Test the pages in a real browser (needs chromium)
	@$(BIN)/python -m pytest -o addopts="-p tests.environment --numprocesses=2 --dist=worksteal" tests/e2e $(TESTS)

screenshots: $(BIN)/.dev ## Take the screenshots in docs/screenshots/ (needs chromium)
	@$(BIN)/python -m tests.e2e.gallery

stack: $(BIN)/.dev ## Start web, worker, beat, Redis, PostgreSQL, and nginx if installed (needs redis-server)
	@$(BIN)/python -m tests.stack

stack-test: $(BIN)/.dev ## Kill the parts of a running system under load (needs redis-server, nginx, Node.js)
	@$(BIN)/python -m pytest -o addopts="-p tests.environment" tests/system $(TESTS)

load-data: $(BIN)/.dev ## Fill the PostgreSQL of DATABASE_URL with users (USERS=100000, REPLACE=1)
	@$(BIN)/python -m tests.load_data $(if $(USERS),--users $(USERS)) $(if $(REPLACE),--replace)

bench: $(BIN)/.dev ## Compare every endpoint with the same SQL by hand (USERS=100000, QUICK=1, LOADED=1; needs redis-server, wrk)
	@$(BIN)/python -m tests.bench $(if $(USERS),--users $(USERS)) $(if $(QUICK),--quick) $(if $(LOADED),--loaded)

check: $(BIN)/.dev ## Lint, types, import rules, migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@mkdir -p var && $(MANAGE) makemigrations --check --dry-run
	@$(MANAGE) check

lint-ops: $(BIN)/.dev ## Lint the image, Compose, nginx, workflows, scripts (needs nginx, gettext, openssl)
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/docker-compose --file docker-compose.yml config --quiet
	@TLS_FOLDER=/tls $(BIN)/docker-compose --file docker-compose.yml --file docker-compose.tls.yml config --quiet
	@nginx/check.sh
	@$(BIN)/actionlint
	@$(BIN)/zizmor --offline --quiet .github
	@$(BIN)/shellcheck --external-sources .ci/* deploy/*.sh nginx/*.sh
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

format: $(BIN)/.dev ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: $(BIN)/.base ## Collect and compile the translations in locale/ (needs gettext)
	@$(MANAGE) makemessages $(LOCALES:%=--locale=%) --no-location --no-wrap --no-obsolete --ignore '.venv/*' --ignore 'var/*'
	@$(MANAGE) compilemessages $(LOCALES:%=--locale=%) --verbosity 0
	@$(MANAGE) error_pages

migrations: $(BIN)/.base ## Write a migration (NAME=what_it_does)
	@$(MANAGE) makemigrations --name $(NAME)

postman: $(if $(STAFF),$(BIN)/.base) ## Run the Postman collection against the server on PORT (needs Node.js; STAFF= skips staff)
	@$(if $(STAFF),$(BIN)/python -m tests.staff $(STAFF))
	@npx --yes newman@6 run ReferralSystem.postman_collection.json --env-var base_url=http://127.0.0.1:$(PORT) \
		$(if $(STAFF),--env-var staff_phone_number=$(STAFF))

examples: $(BIN)/.dev ## Record the README's examples from the fresh server on PORT (CHECK=1 only compares)
	@$(BIN)/python -m tests.examples $(if $(CHECK),--check)

fuzz: $(BIN)/.dev ## Send its own server every input the schema allows, and more (EXAMPLES=50)
	@$(BIN)/python -m tests.fuzz --examples $(EXAMPLES)

attack: $(BIN)/.dev ## Simulate attackers who guess codes
	@$(BIN)/python -m tests.attack

lock: $(BIN)/.dev ## Pin every dependency with its hash; UPGRADE=1 takes the newest releases
	@cd requirements && for set in base dev; do ../$(BIN)/uv pip compile --quiet --universal \
		$(if $(UPGRADE),--upgrade) \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command 'make lock' $$( [ $$set = dev ] && echo --extra dev ) \
		../pyproject.toml --output-file $$set.txt; done

.PHONY: migrate
migrate: $(BIN)/.base
	@mkdir -p var
	@$(MANAGE) migrate --verbosity 0

# NEWEST_PIP=1 uses the newest pip instead of Python's own.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv $(VENV)
	@$(if $(NEWEST_PIP),$@ -m pip install --quiet --disable-pip-version-check --upgrade pip)

$(BIN)/.base: requirements/base.txt | $(BIN)/python
	@echo "Installing the locked dependencies…"
	@$(INSTALL) --requirement $<
	@# If the development tools are installed, the next rule updates and checks them.
	@[ -e $(BIN)/.dev ] || $(BIN)/python -m pip check
	@touch $@

$(BIN)/.dev: requirements/dev.txt $(BIN)/.base
	@echo "Installing the locked development tools…"
	@$(INSTALL) --requirement $<
	@$(BIN)/python -m pip check
	@touch $@
