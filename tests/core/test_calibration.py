"""Which designs are simulated, and what a calibration's name depends on."""

import subprocess
import sys

from rlbench.core.calibration import Calibration, calibration_of

CELLS = [("a", 20), ("b", 3), ("a", 20), ("c", 20)]


def test_every_number_of_seeds_is_tried_and_all_tasks_together():
    assert calibration_of(CELLS).designs == ((3,), (20,), (3, 20, 20))
    assert calibration_of([("a", 5)]).designs == ((5,),)
    assert calibration_of([]).designs == ()


def test_order_and_methods_do_not_matter_and_numbers_do():
    assert calibration_of(CELLS[::-1]).fingerprint == calibration_of(CELLS).fingerprint
    assert calibration_of([*CELLS, ("d", 20)]).fingerprint != calibration_of(CELLS).fingerprint
    assert Calibration(((3,),)).path.name == f"{Calibration(((3,),)).fingerprint}.parquet"


def test_the_code_that_is_tried_and_that_tries_it_is_in_the_name():
    code = Calibration(((3,),)).code
    assert {"rlbench/stats/intervals.py", "rlbench/stats/permutation.py", "rlbench/stats/calibration.py"} <= set(code)
    assert "rlbench/stats/drawdown.py" not in code
    assert "SIMULATIONS" in code["rlbench/stats/calibration.py"]


def test_naming_one_loads_no_statistics():
    program = "import sys, rlbench.core.calibration as c; c.calibration_of([('a', 3)]).fingerprint; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"numpy", "scipy", "pandas", "torch"}.isdisjoint(ran.stdout.split())
