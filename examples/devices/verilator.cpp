// A device of protocol 2 in C++, around a unit that Verilator has translated:
//
//     verilator --cc --exe --build -O3 --Mdir obj_verilator faulty_mul.v verilator.cpp
//     halfulp verify e4m3fn --op mul --round rne --saturate none --subject cmd2:obj_verilator/Vfaulty_mul
//
// For a unit with a clock, set clk to 0 and to 1 with an eval() after each, as many times as it has stages.
#include <cstdint>
#include <iostream>
#include <sstream>
#include <string>

#include "Vfaulty_mul.h"
#include "verilated.h"

int main(int argc, char **argv) {
    VerilatedContext context;
    context.commandArgs(argc, argv);
    Vfaulty_mul unit(&context);

    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr); // `flush` says when answers have to be written out
    std::cout << "halfulp-device 2\nname faulty_mul\nflags none\ntask mul e4m3fn rne none\nready" << std::endl;

    std::string line;
    while (std::getline(std::cin, line)) {
        if (line == "flush") {
            std::cout.flush();
            continue;
        }
        // NUMBER OP FORMATS ROUNDING SATURATION OPTIONS NOISE OPERAND...
        std::istringstream words(line);
        std::string number, op, formats, rounding, saturation, options;
        std::uint64_t noise;
        unsigned a, b;
        words >> number >> op >> formats >> rounding >> saturation >> options >> std::hex >> noise >> a >> b;
        if (!words) {
            std::cerr << "no case: " << line << std::endl;
            return 1;
        }
        unit.a = static_cast<std::uint8_t>(a);
        unit.b = static_cast<std::uint8_t>(b);
        unit.eval();
        std::cout << number << ' ' << std::hex << unsigned(unit.result) << '\n';
    }
    unit.final();
    return 0;
}
