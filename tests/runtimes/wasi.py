"""Runs a WASI program in wasmtime: `wasi.py PROGRAM`; `wasi.py --version` says which wasmtime."""

import sys
from importlib.metadata import version

from wasmtime import Engine, ExitTrap, Linker, Module, Store, WasiConfig


def run(program: str) -> None:
    engine = Engine()
    store = Store(engine)
    config = WasiConfig()
    config.inherit_stdout()
    config.inherit_stderr()
    store.set_wasi(config)
    linker = Linker(engine)
    linker.define_wasi()
    instance = linker.instantiate(store, Module.from_file(engine, program))
    try:
        instance.exports(store)["_start"](store)
    except ExitTrap as exit:
        sys.exit(exit.code)


if sys.argv[1:] == ["--version"]:
    print(version("wasmtime"))
elif len(sys.argv) == 2:
    run(sys.argv[1])
else:
    sys.exit("wasi.py takes a program, or `--version`")
