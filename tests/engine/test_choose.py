"""The engine that a run gets."""

from torch._inductor import cpp_builder
from torch._inductor.exc import InvalidCxxCompiler

from rlbench.engine.choose import cache_folder, open_engine


def test_eager_is_given_where_it_is_asked_for():
    assert open_engine("eager").name == "eager"


def test_without_a_compiler_there_is_one_line_and_the_run_goes_on_eager(monkeypatch, capsys):
    def none_found():
        raise InvalidCxxCompiler

    monkeypatch.setattr(cpp_builder, "get_cpp_compiler", none_found)
    assert open_engine("compiled").name == "eager"
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "no C++ compiler found, running eager" in said


def test_graphs_are_kept_where_the_user_says(monkeypatch, tmp_path):
    monkeypatch.setenv("RLBENCH_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("RLBENCH_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "rlbench"
