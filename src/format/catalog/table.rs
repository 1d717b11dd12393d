// Written by tests/formats/catalog_source.rs from formats/*.toml.

use super::entry::Entry;
use crate::format::Format;
use crate::format::facts::{Facts, Nans, Overflow, Sign};

/// The built-in formats.
impl Format {
    /// `e2m1`: OCP FP4: no infinity, no NaN. Source: OCP Microscaling Formats (MX) 1.0.
    pub const E2M1: Format = Format::known(Facts {
        width: 4,
        precision: 2,
        bias: 1,
        sign: Sign::SignMagnitude,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    });

    /// `e2m3`: OCP FP6 with three trailing bits: no infinity, no NaN. Source: OCP Microscaling Formats (MX) 1.0.
    pub const E2M3: Format = Format::known(Facts {
        width: 6,
        precision: 4,
        bias: 1,
        sign: Sign::SignMagnitude,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    });

    /// `e3m2`: OCP FP6 with two trailing bits: no infinity, no NaN. Source: OCP Microscaling Formats (MX) 1.0.
    pub const E3M2: Format = Format::known(Facts {
        width: 6,
        precision: 3,
        bias: 3,
        sign: Sign::SignMagnitude,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    });

    /// `ue4m3`: the block scale of NVFP4: E4M3FN without its sign, seven bits. Source: NVIDIA PTX ISA.
    pub const UE4M3: Format = Format::known(Facts {
        width: 7,
        precision: 4,
        bias: 7,
        sign: Sign::Unsigned,
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        subnormals: true,
    });

    /// `e3m4-ieee`: E3M4 laid out as IEEE 754, with infinities. Source: LLVM and ml_dtypes.
    pub const E3M4_IEEE: Format = Format::known(Facts {
        width: 8,
        precision: 5,
        bias: 3,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(15),
        overflow: Overflow::Infinity,
        subnormals: true,
    });

    /// `e3m4fn`: E3M4 without infinity, NaN where the magnitude is all ones. Source: IntelLabs FP8 Emulation Toolkit.
    pub const E3M4FN: Format = Format::known(Facts {
        width: 8,
        precision: 5,
        bias: 3,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        subnormals: true,
    });

    /// `e4m3-ieee`: E4M3 laid out as IEEE 754, with infinities. Source: LLVM and ml_dtypes.
    pub const E4M3_IEEE: Format = Format::known(Facts {
        width: 8,
        precision: 4,
        bias: 7,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(7),
        overflow: Overflow::Infinity,
        subnormals: true,
    });

    /// `e4m3b11fnuz`: E4M3 with bias 11: no infinity, NaN in place of minus zero. Source: LLVM and XLA.
    pub const E4M3B11FNUZ: Format = Format::known(Facts {
        width: 8,
        precision: 4,
        bias: 11,
        sign: Sign::SignMagnitude,
        nans: Nans::NegativeZero,
        overflow: Overflow::Nan,
        subnormals: true,
    });

    /// `e4m3fn`: OCP FP8 E4M3: no infinity, NaN where the magnitude is all ones. Source: OCP 8-bit Floating Point (OFP8) 1.0.
    pub const E4M3FN: Format = Format::known(Facts {
        width: 8,
        precision: 4,
        bias: 7,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        subnormals: true,
    });

    /// `e4m3fnuz`: E4M3 with bias 8: no infinity, NaN in place of minus zero. Source: Noune and others, 8-bit Numerical Formats for Deep Neural Networks (arXiv 2206.02915); LLVM.
    pub const E4M3FNUZ: Format = Format::known(Facts {
        width: 8,
        precision: 4,
        bias: 8,
        sign: Sign::SignMagnitude,
        nans: Nans::NegativeZero,
        overflow: Overflow::Nan,
        subnormals: true,
    });

    /// `e5m2`: OCP FP8 E5M2: laid out as IEEE 754. Source: OCP 8-bit Floating Point (OFP8) 1.0.
    pub const E5M2: Format = Format::known(Facts {
        width: 8,
        precision: 3,
        bias: 15,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(3),
        overflow: Overflow::Infinity,
        subnormals: true,
    });

    /// `e5m2fnuz`: E5M2 with bias 16: no infinity, NaN in place of minus zero. Source: Noune and others, 8-bit Numerical Formats for Deep Neural Networks (arXiv 2206.02915); LLVM.
    pub const E5M2FNUZ: Format = Format::known(Facts {
        width: 8,
        precision: 3,
        bias: 16,
        sign: Sign::SignMagnitude,
        nans: Nans::NegativeZero,
        overflow: Overflow::Nan,
        subnormals: true,
    });

    /// `e8m0`: the scale of MX blocks: powers of two, no sign, no zero, one NaN. Source: OCP Microscaling Formats (MX) 1.0.
    pub const E8M0: Format = Format::known(Facts {
        width: 8,
        precision: 1,
        bias: 127,
        sign: Sign::Unsigned,
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        subnormals: false,
    });

    /// `ue5m3`: an unsigned block scale with one NaN. Source: LLVM and NVIDIA PTX ISA 13.4.
    pub const UE5M3: Format = Format::known(Facts {
        width: 8,
        precision: 4,
        bias: 15,
        sign: Sign::Unsigned,
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        subnormals: true,
    });

    /// `mxint8`: the integer element of MX: two's complement, steps of 1/64. Source: OCP Microscaling Formats (MX) 1.0.
    pub const MXINT8: Format = Format::known(Facts {
        width: 8,
        precision: 8,
        bias: 0,
        sign: Sign::TwosComplement,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    });

    /// `bfloat16`: the upper half of binary32. Source: Google, Intel and Arm; laid out as IEEE 754.
    pub const BFLOAT16: Format = Format::known(Facts {
        width: 16,
        precision: 8,
        bias: 127,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(127),
        overflow: Overflow::Infinity,
        subnormals: true,
    });

    /// `binary16`: half precision. Source: IEEE 754-2019.
    pub const BINARY16: Format = Format::known(Facts {
        width: 16,
        precision: 11,
        bias: 15,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(1023),
        overflow: Overflow::Infinity,
        subnormals: true,
    });

    /// `binary16-arm`: the alternative half precision of Arm: no infinity, no NaN. Source: Arm Architecture Reference Manual.
    pub const BINARY16_ARM: Format = Format::known(Facts {
        width: 16,
        precision: 11,
        bias: 15,
        sign: Sign::SignMagnitude,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    });

    /// `tf32`: the operands of NVIDIA tensor cores for binary32, 19 bits. Source: NVIDIA; laid out as IEEE 754.
    pub const TF32: Format = Format::known(Facts {
        width: 19,
        precision: 11,
        bias: 127,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(1023),
        overflow: Overflow::Infinity,
        subnormals: true,
    });

    /// `binary32`: single precision. Source: IEEE 754-2019.
    pub const BINARY32: Format = Format::known(Facts {
        width: 32,
        precision: 24,
        bias: 127,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(8388607),
        overflow: Overflow::Infinity,
        subnormals: true,
    });

    /// `binary64`: double precision. Source: IEEE 754-2019.
    pub const BINARY64: Format = Format::known(Facts {
        width: 64,
        precision: 53,
        bias: 1023,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(4503599627370495),
        overflow: Overflow::Infinity,
        subnormals: true,
    });
}

pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "e2m1",
        summary: "OCP FP4: no infinity, no NaN",
        source: "OCP Microscaling Formats (MX) 1.0",
        aliases: &[("ml_dtypes", "float4_e2m1fn"), ("torch", "float4_e2m1fn_x2"), ("llvm", "Float4E2M1FN"), ("mlir", "f4E2M1FN"), ("onnx", "FLOAT4E2M1"), ("cuda", "__NV_E2M1"), ("gfloat", "ocp_e2m1"), ("minifloat", "F4E2M1FN"), ("float4", "F4E2M1")],
        ambiguous: &[("ocp", "FP4")],
        format: Format::E2M1,
    },
    Entry {
        name: "e2m3",
        summary: "OCP FP6 with three trailing bits: no infinity, no NaN",
        source: "OCP Microscaling Formats (MX) 1.0",
        aliases: &[("ml_dtypes", "float6_e2m3fn"), ("llvm", "Float6E2M3FN"), ("mlir", "f6E2M3FN"), ("cuda", "__NV_E2M3"), ("gfloat", "ocp_e2m3"), ("minifloat", "F6E2M3FN")],
        ambiguous: &[("ocp", "FP6")],
        format: Format::E2M3,
    },
    Entry {
        name: "e3m2",
        summary: "OCP FP6 with two trailing bits: no infinity, no NaN",
        source: "OCP Microscaling Formats (MX) 1.0",
        aliases: &[("ml_dtypes", "float6_e3m2fn"), ("llvm", "Float6E3M2FN"), ("mlir", "f6E3M2FN"), ("cuda", "__NV_E3M2"), ("gfloat", "ocp_e3m2"), ("minifloat", "F6E3M2FN")],
        ambiguous: &[("ocp", "FP6")],
        format: Format::E3M2,
    },
    Entry {
        name: "ue4m3",
        summary: "the block scale of NVFP4: E4M3FN without its sign, seven bits",
        source: "NVIDIA PTX ISA",
        aliases: &[],
        ambiguous: &[],
        format: Format::UE4M3,
    },
    Entry {
        name: "e3m4-ieee",
        summary: "E3M4 laid out as IEEE 754, with infinities",
        source: "LLVM and ml_dtypes",
        aliases: &[("ml_dtypes", "float8_e3m4"), ("llvm", "Float8E3M4"), ("mlir", "f8E3M4"), ("minifloat", "F8E3M4")],
        ambiguous: &[("ml_dtypes", "E3M4")],
        format: Format::E3M4_IEEE,
    },
    Entry {
        name: "e3m4fn",
        summary: "E3M4 without infinity, NaN where the magnitude is all ones",
        source: "IntelLabs FP8 Emulation Toolkit",
        aliases: &[],
        ambiguous: &[("intel", "E3M4")],
        format: Format::E3M4FN,
    },
    Entry {
        name: "e4m3-ieee",
        summary: "E4M3 laid out as IEEE 754, with infinities",
        source: "LLVM and ml_dtypes",
        aliases: &[("ml_dtypes", "float8_e4m3"), ("llvm", "Float8E4M3")],
        ambiguous: &[("mlir", "f8E4M3"), ("minifloat", "F8E4M3"), ("microfloat", "f8e4m3"), ("ml_dtypes", "E4M3")],
        format: Format::E4M3_IEEE,
    },
    Entry {
        name: "e4m3b11fnuz",
        summary: "E4M3 with bias 11: no infinity, NaN in place of minus zero",
        source: "LLVM and XLA",
        aliases: &[("ml_dtypes", "float8_e4m3b11fnuz"), ("llvm", "Float8E4M3B11FNUZ"), ("mlir", "f8E4M3B11FNUZ"), ("minifloat", "F8E4M3B11FNUZ")],
        ambiguous: &[],
        format: Format::E4M3B11FNUZ,
    },
    Entry {
        name: "e4m3fn",
        summary: "OCP FP8 E4M3: no infinity, NaN where the magnitude is all ones",
        source: "OCP 8-bit Floating Point (OFP8) 1.0",
        aliases: &[("ml_dtypes", "float8_e4m3fn"), ("torch", "float8_e4m3fn"), ("llvm", "Float8E4M3FN"), ("mlir", "f8E4M3FN"), ("onnx", "FLOAT8E4M3FN"), ("cuda", "__NV_E4M3"), ("hip", "__hip_fp8_e4m3"), ("triton", "fp8e4nv"), ("gfloat", "ocp_e4m3"), ("minifloat", "F8E4M3FN")],
        ambiguous: &[("ocp", "E4M3"), ("ocp", "FP8"), ("ptx", "e4m3"), ("float8", "F8E4M3"), ("x86", "HF8")],
        format: Format::E4M3FN,
    },
    Entry {
        name: "e4m3fnuz",
        summary: "E4M3 with bias 8: no infinity, NaN in place of minus zero",
        source: "Noune and others, 8-bit Numerical Formats for Deep Neural Networks (arXiv 2206.02915); LLVM",
        aliases: &[("ml_dtypes", "float8_e4m3fnuz"), ("torch", "float8_e4m3fnuz"), ("llvm", "Float8E4M3FNUZ"), ("mlir", "f8E4M3FNUZ"), ("onnx", "FLOAT8E4M3FNUZ"), ("hip", "__hip_fp8_e4m3_fnuz"), ("triton", "fp8e4b8"), ("graphcore", "F143"), ("minifloat", "F8E4M3FNUZ")],
        ambiguous: &[("hip", "FP8")],
        format: Format::E4M3FNUZ,
    },
    Entry {
        name: "e5m2",
        summary: "OCP FP8 E5M2: laid out as IEEE 754",
        source: "OCP 8-bit Floating Point (OFP8) 1.0",
        aliases: &[("ml_dtypes", "float8_e5m2"), ("torch", "float8_e5m2"), ("llvm", "Float8E5M2"), ("mlir", "f8E5M2"), ("onnx", "FLOAT8E5M2"), ("cuda", "__NV_E5M2"), ("hip", "__hip_fp8_e5m2"), ("triton", "fp8e5"), ("gfloat", "ocp_e5m2"), ("minifloat", "F8E5M2")],
        ambiguous: &[("ocp", "FP8"), ("x86", "BF8")],
        format: Format::E5M2,
    },
    Entry {
        name: "e5m2fnuz",
        summary: "E5M2 with bias 16: no infinity, NaN in place of minus zero",
        source: "Noune and others, 8-bit Numerical Formats for Deep Neural Networks (arXiv 2206.02915); LLVM",
        aliases: &[("ml_dtypes", "float8_e5m2fnuz"), ("torch", "float8_e5m2fnuz"), ("llvm", "Float8E5M2FNUZ"), ("mlir", "f8E5M2FNUZ"), ("onnx", "FLOAT8E5M2FNUZ"), ("hip", "__hip_fp8_e5m2_fnuz"), ("triton", "fp8e5b16"), ("graphcore", "F152"), ("minifloat", "F8E5M2FNUZ")],
        ambiguous: &[("hip", "FP8"), ("hip", "BF8")],
        format: Format::E5M2FNUZ,
    },
    Entry {
        name: "e8m0",
        summary: "the scale of MX blocks: powers of two, no sign, no zero, one NaN",
        source: "OCP Microscaling Formats (MX) 1.0",
        aliases: &[("ml_dtypes", "float8_e8m0fnu"), ("torch", "float8_e8m0fnu"), ("llvm", "Float8E8M0FNU"), ("mlir", "f8E8M0FNU"), ("onnx", "FLOAT8E8M0"), ("ptx", "ue8m0"), ("gfloat", "ocp_e8m0"), ("microfloat", "f8e8m0fnu")],
        ambiguous: &[],
        format: Format::E8M0,
    },
    Entry {
        name: "ue5m3",
        summary: "an unsigned block scale with one NaN",
        source: "LLVM and NVIDIA PTX ISA 13.4",
        aliases: &[("llvm", "Float8E5M3FNU"), ("julia", "Float8_E5M3FNU")],
        ambiguous: &[],
        format: Format::UE5M3,
    },
    Entry {
        name: "mxint8",
        summary: "the integer element of MX: two's complement, steps of 1/64",
        source: "OCP Microscaling Formats (MX) 1.0",
        aliases: &[("gfloat", "ocp_int8"), ("ocp", "MXINT8")],
        ambiguous: &[],
        format: Format::MXINT8,
    },
    Entry {
        name: "bfloat16",
        summary: "the upper half of binary32",
        source: "Google, Intel and Arm; laid out as IEEE 754",
        aliases: &[("ml_dtypes", "bfloat16"), ("torch", "bfloat16"), ("llvm", "BFloat"), ("mlir", "bf16"), ("onnx", "BFLOAT16"), ("cuda", "__nv_bfloat16"), ("triton", "bf16"), ("half", "bf16")],
        ambiguous: &[],
        format: Format::BFLOAT16,
    },
    Entry {
        name: "binary16",
        summary: "half precision",
        source: "IEEE 754-2019",
        aliases: &[("ml_dtypes", "float16"), ("torch", "float16"), ("torch", "half"), ("llvm", "IEEEhalf"), ("mlir", "f16"), ("onnx", "FLOAT16"), ("cuda", "__half"), ("triton", "fp16"), ("rustc_apfloat", "Half")],
        ambiguous: &[],
        format: Format::BINARY16,
    },
    Entry {
        name: "binary16-arm",
        summary: "the alternative half precision of Arm: no infinity, no NaN",
        source: "Arm Architecture Reference Manual",
        aliases: &[("arm", "AHP"), ("arm", "binary16_arm_alternative")],
        ambiguous: &[],
        format: Format::BINARY16_ARM,
    },
    Entry {
        name: "tf32",
        summary: "the operands of NVIDIA tensor cores for binary32, 19 bits",
        source: "NVIDIA; laid out as IEEE 754",
        aliases: &[("llvm", "FloatTF32"), ("cuda", "TensorFloat32")],
        ambiguous: &[],
        format: Format::TF32,
    },
    Entry {
        name: "binary32",
        summary: "single precision",
        source: "IEEE 754-2019",
        aliases: &[("ml_dtypes", "float32"), ("torch", "float32"), ("torch", "float"), ("llvm", "IEEEsingle"), ("mlir", "f32"), ("onnx", "FLOAT"), ("triton", "fp32"), ("rustc_apfloat", "Single")],
        ambiguous: &[],
        format: Format::BINARY32,
    },
    Entry {
        name: "binary64",
        summary: "double precision",
        source: "IEEE 754-2019",
        aliases: &[("ml_dtypes", "float64"), ("torch", "float64"), ("torch", "double"), ("llvm", "IEEEdouble"), ("mlir", "f64"), ("onnx", "DOUBLE"), ("triton", "fp64"), ("rustc_apfloat", "Double")],
        ambiguous: &[],
        format: Format::BINARY64,
    },
];
