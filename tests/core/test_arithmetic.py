"""What every process of rlbench computes with."""

import os
import subprocess
import sys

import pytest

from rlbench.core.arithmetic import ONE_THREAD, SAME_KERNELS, settle


@pytest.fixture
def untouched(monkeypatch):
    for variable in ONE_THREAD | SAME_KERNELS:
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv(variable, "")  # so that it is put back as it was
        monkeypatch.delenv(variable)


@pytest.fixture
def listing(tmp_path):
    def write(flags: str):
        path = tmp_path / "cpuinfo"
        path.write_text(f"model name\t: One\nflags\t\t: {flags}\n", encoding="utf-8")
        return path

    return write


def test_wide_processors_and_narrow_ones_take_the_same_kernels(untouched, listing):
    settle(listing("fpu avx avx2 avx512f fsrm"))
    assert os.environ.items() >= (ONE_THREAD | SAME_KERNELS).items()


def test_kernels_that_the_processor_may_not_have_are_not_asked_for(untouched, listing, tmp_path):
    for path in (listing("fpu avx avx2_other fsrm"), tmp_path / "there is none"):
        settle(path)
        assert os.environ.items() >= ONE_THREAD.items()
        assert not SAME_KERNELS.keys() & os.environ.keys()


def test_what_the_user_asked_for_stays(untouched, listing, monkeypatch):
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "avx512")
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    settle(listing("fpu avx2 avx512f fsrm"))
    assert os.environ["ATEN_CPU_CAPABILITY"] == "avx512"
    assert os.environ["OMP_NUM_THREADS"] == "3"


def test_what_is_recorded_is_what_torch_computes_with(untouched):
    asked = "import runpy, sys; sys.argv = ['rlbench', '--help']\n"
    asked += "try:\n    runpy.run_module('rlbench', run_name='__main__')\nexcept SystemExit:\n    pass\n"
    asked += "from rlbench.core.provenance import provenance; print(provenance()['hardware']['instructions'])"
    surroundings = {name: value for name, value in os.environ.items() if name not in SAME_KERNELS}
    done = subprocess.run([sys.executable, "-c", asked], env=surroundings, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] != "AVX512"
