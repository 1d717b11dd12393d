"""A device of protocol 2 in Python, around a unit that a simulator runs under cocotb 2:

    halfulp verify e4m3fn --op mul --round rne --saturate none --subject 'cmd2:python3 cocotb_device.py'

Started as a program, it compiles the unit with Icarus Verilog and starts the simulator, which imports this file again and has
the same standard input and output. Lines of the protocol begin with @, so that what else is printed does not matter.
"""

import sys
from pathlib import Path

import cocotb
from cocotb.triggers import Timer

MANIFEST = """halfulp-device 2
name faulty_mul
prefix @
flags none
task mul e4m3fn rne none
ready
"""


@cocotb.test()
async def serve(unit):
    """Answers cases until the input ends. Reading blocks, and with it the simulation."""
    answers = [MANIFEST]

    def flush():
        sys.stdout.write("".join(answers))
        sys.stdout.flush()
        answers.clear()

    flush()
    for line in sys.stdin:
        words = line.split()
        if words == ["flush"]:
            flush()
            continue
        # NUMBER OP FORMATS ROUNDING SATURATION OPTIONS NOISE OPERAND...
        unit.a.value, unit.b.value = int(words[7], 16), int(words[8], 16)
        await Timer(1, "ns")
        result = str(unit.result.value)
        # Bits without a value are x or z; an answer with such a digit is undefined.
        code = f"{int(result, 2):02X}" if set(result) <= {"0", "1"} else "xx"
        answers.append(f"@ {words[0]} {code}\n")
    flush()


def main():
    from cocotb_tools.runner import get_runner

    folder = Path(__file__).resolve().parent
    build = folder / "obj_cocotb"
    runner = get_runner("icarus")
    runner.build(
        sources=[folder / "faulty_mul.v"],
        hdl_toplevel="faulty_mul",
        build_dir=build,
        timescale=("1ns", "1ps"),
    )
    runner.test(hdl_toplevel="faulty_mul", test_module="cocotb_device", test_dir=build)


if __name__ == "__main__":
    main()
