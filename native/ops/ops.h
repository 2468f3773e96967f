#pragma once

// Every operation of the library, a header for each family.
//
// Common to all: broadcasting and type promotion follow PyTorch; the result is a new dense tensor on the operands'
// device unless the comment says "view" (shares memory, keeps no copy), `into` says in place, or the name ends in an
// underscore: these two write into their first argument and return it. Where gradients are enabled and an input
// requires one, the result carries the graph; every derivative is itself made of these operations. Errors: ShapeError,
// IndexError, DTypeError, DeviceError, AutogradError, OutOfMemoryError, whose messages begin with the operation's name.
// Thread-safe as long as no other thread writes an operand in place; where one does, values are undefined, but no
// memory outside the operands is read or written. Dimensions may be negative.
//
// These headers are what Java binds (OpsPreset.java lists them, too), and what scripts/Facade.java makes its methods
// of: a comment ends with the classes that get one, [native] for none. See docs/adding-an-operation.md.

#include "ops/activation.h"
#include "ops/binary.h"
#include "ops/conv.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/ctc.h"
#include "ops/distance.h"
#include "ops/fold.h"
#include "ops/image.h"
#include "ops/index.h"
#include "ops/inspect.h"
#include "ops/loss.h"
#include "ops/margin.h"
#include "ops/matmul.h"
#include "ops/norm.h"
#include "ops/optim.h"
#include "ops/pool.h"
#include "ops/random.h"
#include "ops/reduce.h"
#include "ops/shape.h"
#include "ops/sort.h"
#include "ops/unary.h"
#include "ops/view.h"
