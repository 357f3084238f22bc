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
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "forum").symlink_to(ROOT / "forum")
    return tmp_path


def run_python(project: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    path = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=path | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
