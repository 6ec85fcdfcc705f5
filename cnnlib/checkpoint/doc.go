// Package checkpoint keeps trained weights and the state of training runs in files
// that other programs can read. It knows nothing of networks: whoever trains gives
// it named tensors.
//
// # Weights
//
// WriteWeights and ReadWeights use the safetensors format
// (https://github.com/huggingface/safetensors): 8 bytes with the length of a
// header, the header in JSON (name, type, shape and place of each tensor, and a
// map of text), then the numbers, little-endian, the last axis changing fastest.
//
// PyTorch and this library store the same layers in different orders, so convert
// before writing:
//
//	layer                            here                      PyTorch                           conversion
//	Conv1D "weights"                 [K Cin/groups Cout]       weight [Cout Cin/groups K]        ConvToTorch
//	Conv2D "weights"                 [KH KW Cin/groups Cout]   weight [Cout Cin/groups KH KW]    ConvToTorch
//	Conv3D "weights"                 [KD KH KW Cin/groups Cout] weight [Cout Cin/groups KD KH KW] ConvToTorch
//	DepthwiseConv2D "weights"        [KH KW 1 C·M]             weight [C·M 1 KH KW], groups=C    ConvToTorch
//	ConvTranspose2D "weights"        [KH KW Cout/groups Cin]   weight [Cin Cout/groups KH KW]    ConvToTorch
//	Dense "weights"                  [in out]                  weight [out in]                   DenseToTorch
//	Dense "weights" behind Flatten   [H·W·C out]               weight [out C·H·W]                FlattenedToTorch
//	"biases"                         [Cout] or [out]           bias [Cout] or [out]              none
//	BatchNorm "scale", "shift"       [C]                       weight, bias [C]                  none
//	BatchNorm "mean", "variance"     [C]                       running_mean, running_var [C]     none
//	LocalResponseNorm Alpha          factor of the sum         alpha = Size·Alpha                no tensor
//	images                           [N H W C]                 [N C H W]                         x.permute(0, 3, 1, 2)
//
// SeparableConv2D is a Conv2d with groups=C ("depthwise/weights") and one with kernels 1×1
// ("pointwise/weights", "pointwise/biases"). LocallyConnected2D has no layer in PyTorch.
//
// Both cross-correlate: no kernel is turned by 180°. With the names of PyTorch's
// state_dict (the example of WriteWeights), Python reads the file like this:
//
//	import torch
//	from safetensors.torch import load_file
//
//	net = torch.nn.Sequential(        # the names are index.weight and index.bias
//	    torch.nn.Conv2d(1, 2, 3),     # 0
//	    torch.nn.Sigmoid(),           # 1
//	    torch.nn.Flatten(),           # 2
//	    torch.nn.Linear(2*4*4, 10),   # 3
//	)
//	net.load_state_dict(load_file("net.safetensors"))
//
// # Checkpoints
//
// A checkpoint is one safetensors file with everything that a run needs to go on:
// weights, the state of the optimizer and of the random numbers as tensors, all
// else as JSON. Being one file, it is there as a whole or not at all. Its map of
// text has these keys and no others:
//
//	key           text
//	format        cnnbook-checkpoint
//	version       1
//	kind          the program's word for what the tensors are
//	step          batches trained so far, decimal
//	epoch         whole passes over the data so far, decimal
//	description   JSON of the program: network, recipe, history; left out if there is none
//	sha256        64 small hexadecimal digits: SHA-256 (FIPS 180-4) of the whole file,
//	              from its first byte to its last, with 64 zeros in place of these digits
//
// So every byte is part of the sum or is the sum: a file that differs from the
// saved one in any bit is refused. The sum finds damage, not forgery: whoever
// changes a file on purpose can write a new sum.
//
// # Folders
//
// Open locks a folder for one writer. Folder.Save writes
// step-000000012345.ckpt.safetensors (12 digits or more) in one step: a new file is
// filled, written through to the disk, and takes its name; only then are the
// oldest checkpoints removed. A program that is killed, a full disk or a power cut
// leaves the checkpoints before it whole. Latest loads the newest that is good and
// says which it had to skip. The file .lock stays in the folder; its lock, not its
// presence, means that the folder is in use.
//
// # Memory
//
// Numbers are converted through a buffer of 256 kB, so writing takes no second
// copy and reading takes the size of the file. Headers of more than 16 MB, and
// headers that describe other data than follows, are refused before memory is
// taken for tensors.
//
// # The library
//
// The headers are laid out and parsed by github.com/nlpodyssey/safetensors, a port of
// the reference implementation that depends on nothing else. It checks a header
// only together with the whole file in memory and takes the last of two equal
// names, so this package checks sizes, places and names itself and streams the
// numbers.
package checkpoint
