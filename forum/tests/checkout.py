"""A checkout of its own, and its commands as an operator runs them: in processes of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
REAL_SITE = {
    "DEBUG": "0",
    "SECRET_KEY": "k7!mB2$wQz9#Lr4%Vt8^Np1&Xc6*Jd3(Hf5)Gs0-Ya_Ue+Ti=Ro",
    "ALLOWED_HOSTS": "forum.example.org",
    "SITE_URL": "https://forum.example.org",
}


@pytest.fixture
def project(tmp_path) -> Path:
    """A checkout without anybody's .env or data."""
    return check_out(tmp_path, "forum")


def check_out(folder: Path, *parts: str) -> Path:
    """The settings as files of their own, so that data and static files are too, and these parts."""
    shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", folder)
    for part in parts:
        (folder / part).symlink_to(ROOT / part)
    return folder


# A real site's settings, without the seconds that it takes to collect and compress the static files.
UNCOLLECTED = """from config.settings import *
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
"""


def make_site(folder: Path) -> tuple[Path, dict[str, str]]:
    """A checkout in which a real site can be served behind a proxy, and its environment."""
    site = folder / "site"
    shutil.copytree(ROOT / "config", site / "config", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", site)
    for name in ("forum", "fixtures", "templates", "locale"):
        (site / name).symlink_to(ROOT / name)
    (site / "uncollected.py").write_text(UNCOLLECTED, encoding="utf-8")
    variables = {"TRUSTED_PROXY_COUNT": "1", "DJANGO_SETTINGS_MODULE": "uncollected"}
    return site, REAL_SITE | variables | {"PYTHONPATH": str(site), "PATH": os.environ["PATH"]}


def run_python(project: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    path = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=path | variables,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
