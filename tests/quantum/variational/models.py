"""A small model of each kind whose gradient is taken, and weights for circuits by hand."""

from qiskit.circuit import ParameterVector

from probatum.quantum.encodings import encoding
from probatum.quantum.variational.ansaetze import hardware_efficient
from probatum.quantum.variational.circuits import joined
from probatum.quantum.variational.convolution import convolutional
from probatum.quantum.variational.observables import observable, z_string
from probatum.quantum.variational.reuploading import reuploading

W = ParameterVector("w", 3)

MODELS = {
    "zz and real amplitudes": joined(
        encoding("zz", 6, repetitions=2), hardware_efficient(6)
    ).measuring(observable("parity", 6)),
    "angles and efficient su2, full": joined(
        encoding("angle", 5, repetitions=1),
        hardware_efficient(5, rotations=("ry", "rz"), entanglement="full"),
    ).measuring(observable("mean", 5), observable("local", 5)),
    "circular": joined(
        encoding("angle", 7, repetitions=1), hardware_efficient(7, entanglement="circular")
    ).measuring(observable("local", 7)),
    "re-uploading": reuploading(5, qubits=3, layers=3).measuring(observable("mean", 3)),
    "image": convolutional((4, 4), lattice=(2, 4)).loaded.measuring(z_string((7,), 8)),
    "sequence": convolutional((12,), lattice=(1, 6), outputs=2).loaded.measuring(
        z_string((5,), 6), z_string((3,), 6)
    ),
}
