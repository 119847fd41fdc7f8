"""The words in the names of stacks: the terms of the standard in plain English."""

# What images show besides tissue, derived from two energies, from time, or from several contrasts: values of Image
# Type (0008,0008) and Frame Type (0008,9007), PS3.3 C.8.15.2.3, C.8.16.1 and C.8.13.3.1.
MAPS = {
    "IODINE": "iodine", "CALCIUM": "calcium", "WATER": "water", "FAT": "fat", "EFF_ATOMIC_NUM": "atomic number",
    "ELECTRON_DENSITY": "electron density", "MAT_SPECIFIC": "material", "MAT_FRACTIONAL": "material share",
    "MAT_VALUE_BASED": "material by value", "MAT_MODIFIED": "material removed", "PERFUSION": "perfusion",
    "RCBF": "relative blood flow", "RCBV": "relative blood volume", "CBF": "blood flow", "CBV": "blood volume",
    "MTT": "mean transit time", "TTP": "time to peak", "TMAX": "time to maximum", "PBP": "blood volume", "ADC": "ADC",
    "FA": "anisotropy",
}  # fmt: skip
# The parts of a complex MR picture and other values of Image Type and of Complex Image Component (0008,9208).
COMPONENTS = {
    "M": "magnitude", "MAGNITUDE": "magnitude", "P": "phase", "PHASE": "phase", "R": "real", "REAL": "real",
    "I": "imaginary", "IMAGINARY": "imaginary", "DERIVED": "derived", "SECONDARY": "secondary",
}  # fmt: skip
# Values of Image Type that distinguish nothing.
PLAIN_TERMS = frozenset({"ORIGINAL", "PRIMARY", "OTHER", "NONE", ""})
# By the reason why a stack is no volume: the words that distinguish it from a volume of the same series.
SHAPES = {
    "several images at one place": "one place", "a single image": "single image",
    "the images say nothing about their position": "no position",
}  # fmt: skip
# By the attribute that distinguishes stacks: how to word its value. The most telling attributes come first.
WORDS = {
    "AcquisitionContrast": "{}", "EchoTime": "echo {} ms", "EffectiveEchoTime": "echo {} ms", "EchoNumbers": "echo {}",
    "DiffusionBValue": "b {}", "DiffusionDirectionality": "{}", "NominalPercentageOfCardiacPhase": "cardiac phase {} %",
    "NominalPercentageOfRespiratoryPhase": "respiratory phase {} %", "KVP": "{} kV", "FilterMaterial": "filter {}",
    "ReconstructionDiameter": "field {} mm", "ReconstructionAlgorithm": "{}", "FlipAngle": "flip angle {}°",
    "ScanningSequence": "sequence {}", "SequenceVariant": "variant {}", "EchoTrainLength": "echo train {}",
    "PixelBandwidth": "bandwidth {}", "ConvolutionKernel": "kernel {}", "SliceThickness": "{} mm",
    "StackID": "stack {}",
}  # fmt: skip


def word_of(term: str) -> str:
    """A term in words that a reader understands; the term itself if it is not known here."""
    return MAPS.get(term) or COMPONENTS.get(term) or term.replace("_", " ")


def number(value: float) -> str:
    """A number to four significant figures."""
    return f"{float(f'{value:.4g}'):g}"
