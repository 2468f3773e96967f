#pragma once

// Every operation of the library, in families that match the files of this folder. This header is what Java binds.
//
// Common to all: broadcasting and type promotion follow PyTorch; the result is a new dense tensor on the operands'
// device unless the comment says "view" (shares memory, keeps no copy) or the name ends in an underscore (writes into
// its first argument and returns it). Where gradients are enabled and an input requires one, the result carries the
// graph; every derivative is itself made of these operations. Errors: ShapeError, IndexError, DTypeError, DeviceError,
// AutogradError, OutOfMemoryError, whose messages begin with the operation's name. Thread-safe as long as no other
// thread writes an operand in place; where one does, values are undefined, but no memory outside the operands is read
// or written. Dimensions may be negative.

#include <string>
#include <vector>

#include "core/macros.h"
#include "core/tensor.h"
#include "ops/operand.h"

namespace retrograd {

// ---- creation.cpp: dense tensors outside any graph ----

/// Uninitialised, but bools are false: no other byte is one.
RETROGRAD_API Tensor empty(const Dims& shape, DType dtype, Device device);
RETROGRAD_API Tensor zeros(const Dims& shape, DType dtype, Device device);
RETROGRAD_API Tensor ones(const Dims& shape, DType dtype, Device device);
/// Every element `value`.
RETROGRAD_API Tensor full(const Dims& shape, const Operand& value, DType dtype, Device device);
/// start, start + step, ... up to but without `end`: ceil((end - start) / step) elements.
RETROGRAD_API Tensor arange(const Operand& start, const Operand& end, const Operand& step, DType dtype, Device device);
/// `steps` points from `start` to `end`, both included; symmetric: the second half is counted from the end.
RETROGRAD_API Tensor linspace(double start, double end, int64_t steps, DType dtype, Device device);
/// Identity of n rows and m columns.
RETROGRAD_API Tensor eye(int64_t n, int64_t m, DType dtype, Device device);

// ---- random.cpp: Philox numbers, equal on every device; see manualSeed ----

/// Restarts the default generator. The same seed gives the same numbers on any device and thread count.
RETROGRAD_API void manualSeed(int64_t seed);
RETROGRAD_API int64_t initialSeed();
/// Uniform in [0, 1).
RETROGRAD_API Tensor rand(const Dims& shape, DType dtype, Device device);
/// Normal with mean 0 and variance 1.
RETROGRAD_API Tensor randn(const Dims& shape, DType dtype, Device device);
/// Integers in [low, high). Throws std::invalid_argument where the dtype cannot hold them all.
RETROGRAD_API Tensor randint(int64_t low, int64_t high, const Dims& shape, DType dtype, Device device);
/// A random order of 0 ... n-1.
RETROGRAD_API Tensor randperm(int64_t n, DType dtype, Device device);
/// 1 with the probability that each element of `p` gives, else 0; dtype of `p`; zero gradient.
RETROGRAD_API Tensor bernoulli(const Tensor& p);
RETROGRAD_API Tensor uniform_(const Tensor& self, double low, double high);
RETROGRAD_API Tensor normal_(const Tensor& self, double mean, double deviation);
RETROGRAD_API Tensor bernoulli_(const Tensor& self, double p);
/// Each element 0 with probability `p`, else divided by 1 - p.
RETROGRAD_API Tensor dropout(const Tensor& x, double p, bool training);

// ---- unary.cpp: element by element; integers become float32 where the function is not an integer's ----

RETROGRAD_API Tensor neg(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor abs(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor sign(const Tensor& x);
RETROGRAD_API Tensor exp(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor exp2(const Tensor& x);
RETROGRAD_API Tensor expm1(const Tensor& x);
RETROGRAD_API Tensor log(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor log2(const Tensor& x);
RETROGRAD_API Tensor log10(const Tensor& x);
RETROGRAD_API Tensor log1p(const Tensor& x);
RETROGRAD_API Tensor sqrt(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor rsqrt(const Tensor& x);
RETROGRAD_API Tensor reciprocal(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor square(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor sin(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor cos(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor tan(const Tensor& x);
RETROGRAD_API Tensor asin(const Tensor& x);
RETROGRAD_API Tensor acos(const Tensor& x);
RETROGRAD_API Tensor atan(const Tensor& x);
RETROGRAD_API Tensor sinh(const Tensor& x);
RETROGRAD_API Tensor cosh(const Tensor& x);
RETROGRAD_API Tensor tanh(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor erf(const Tensor& x);
RETROGRAD_API Tensor erfc(const Tensor& x);
RETROGRAD_API Tensor floor(const Tensor& x);
RETROGRAD_API Tensor ceil(const Tensor& x);
/// To the nearest integer, halves to the even one.
RETROGRAD_API Tensor round(const Tensor& x);
RETROGRAD_API Tensor trunc(const Tensor& x);
RETROGRAD_API Tensor isnan(const Tensor& x);
RETROGRAD_API Tensor isinf(const Tensor& x);
RETROGRAD_API Tensor isfinite(const Tensor& x);
RETROGRAD_API Tensor logicalNot(const Tensor& x);
RETROGRAD_API Tensor bitwiseNot(const Tensor& x);
RETROGRAD_API Tensor sigmoid(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor relu(const Tensor& x, Into into = Into::Fresh);
RETROGRAD_API Tensor leakyRelu(const Tensor& x, double negativeSlope);
RETROGRAD_API Tensor elu(const Tensor& x, double alpha);
/// x * Phi(x), the exact (erf) form.
RETROGRAD_API Tensor gelu(const Tensor& x);
RETROGRAD_API Tensor silu(const Tensor& x);
RETROGRAD_API Tensor softplus(const Tensor& x, double beta, double threshold);
RETROGRAD_API Tensor logsigmoid(const Tensor& x);
/// Limits each element to [min, max]; NaN stays, and as a bound gives NaN.
RETROGRAD_API Tensor clamp(const Tensor& x, const Operand& min, const Operand& max, Into into = Into::Fresh);
RETROGRAD_API Tensor clampMin(const Tensor& x, const Operand& min, Into into = Into::Fresh);
RETROGRAD_API Tensor clampMax(const Tensor& x, const Operand& max, Into into = Into::Fresh);

// ---- binary.cpp ----

/// a + alpha * b. Integers: DTypeError where alpha is no whole number, std::invalid_argument where it does not fit.
RETROGRAD_API Tensor add(const Tensor& a, const Operand& b, double alpha = 1, Into into = Into::Fresh);
RETROGRAD_API Tensor sub(const Tensor& a, const Operand& b, double alpha = 1, Into into = Into::Fresh);
RETROGRAD_API Tensor mul(const Tensor& a, const Operand& b, Into into = Into::Fresh);
/// True division: integers give float32.
RETROGRAD_API Tensor div(const Tensor& a, const Operand& b, Into into = Into::Fresh);
/// Integers: DTypeError for a negative number as the exponent.
RETROGRAD_API Tensor pow(const Tensor& a, const Operand& exponent, Into into = Into::Fresh);
/// b - a, b / a, b ^ a.
RETROGRAD_API Tensor rsub(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor rdiv(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor rpow(const Tensor& a, const Operand& b);
/// Quotient rounded down. Integers: throws std::invalid_argument where a divisor is 0.
RETROGRAD_API Tensor floorDivide(const Tensor& a, const Operand& b);
/// a - b * floor(a / b): the sign of the divisor.
RETROGRAD_API Tensor remainder(const Tensor& a, const Operand& b);
/// The remainder of truncated division: the sign of the dividend.
RETROGRAD_API Tensor fmod(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor atan2(const Tensor& a, const Operand& b);
/// Where both are equal each gets half of the gradient.
RETROGRAD_API Tensor maximum(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor minimum(const Tensor& a, const Operand& b);
/// A number that the promoted dtype cannot hold is compared as what it is: no element equals it.
RETROGRAD_API Tensor eq(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor ne(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor lt(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor le(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor gt(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor ge(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor logicalAnd(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor logicalOr(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor logicalXor(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor bitwiseAnd(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor bitwiseOr(const Tensor& a, const Operand& b);
RETROGRAD_API Tensor bitwiseXor(const Tensor& a, const Operand& b);
/// condition ? a : b; at least one of `a` and `b` may be a number only where the other is a tensor or of its category.
RETROGRAD_API Tensor where(const Tensor& condition, const Operand& a, const Operand& b);
/// `x` with `value` (a number or 0-d tensor) where `mask` is true.
RETROGRAD_API Tensor maskedFill(const Tensor& x, const Tensor& mask, const Operand& value, Into into = Into::Fresh);
/// x + value * a * b and x + value * a / b.
RETROGRAD_API Tensor addcmul(const Tensor& x, const Tensor& a, const Tensor& b, double value, Into into = Into::Fresh);
RETROGRAD_API Tensor addcdiv(const Tensor& x, const Tensor& a, const Tensor& b, double value, Into into = Into::Fresh);
/// x + weight * (end - x).
RETROGRAD_API Tensor lerp(const Tensor& x, const Tensor& end, const Operand& weight);

// ---- reduce.cpp: over the given dimensions, all of them where none is given ----

/// Integers and bool add up as int64.
RETROGRAD_API Tensor sum(const Tensor& x, const Dims& dims, bool keepdim);
RETROGRAD_API Tensor mean(const Tensor& x, const Dims& dims, bool keepdim);
RETROGRAD_API Tensor prod(const Tensor& x, const Dims& dims, bool keepdim);
/// Ties share the gradient equally.
RETROGRAD_API Tensor amax(const Tensor& x, const Dims& dims, bool keepdim);
RETROGRAD_API Tensor amin(const Tensor& x, const Dims& dims, bool keepdim);
/// The largest / smallest element of all, 0-d; ties share the gradient.
RETROGRAD_API Tensor max(const Tensor& x);
RETROGRAD_API Tensor min(const Tensor& x);
/// {values, indices} along one dimension; the gradient goes to the index.
RETROGRAD_API std::vector<Tensor> maxAlong(const Tensor& x, int64_t dim, bool keepdim);
RETROGRAD_API std::vector<Tensor> minAlong(const Tensor& x, int64_t dim, bool keepdim);
/// Index of the first largest / smallest element of the flattened tensor, or along one dimension.
RETROGRAD_API Tensor argmax(const Tensor& x);
RETROGRAD_API Tensor argmin(const Tensor& x);
RETROGRAD_API Tensor argmaxAlong(const Tensor& x, int64_t dim, bool keepdim);
RETROGRAD_API Tensor argminAlong(const Tensor& x, int64_t dim, bool keepdim);
RETROGRAD_API Tensor all(const Tensor& x, const Dims& dims, bool keepdim);
RETROGRAD_API Tensor any(const Tensor& x, const Dims& dims, bool keepdim);
/// Divides by n - correction.
RETROGRAD_API Tensor var(const Tensor& x, const Dims& dims, int64_t correction, bool keepdim);
RETROGRAD_API Tensor std(const Tensor& x, const Dims& dims, int64_t correction, bool keepdim);
/// (sum |x|^p)^(1/p); p may be infinite; the subgradient 0 at 0.
RETROGRAD_API Tensor norm(const Tensor& x, double p, const Dims& dims, bool keepdim);
RETROGRAD_API Tensor logsumexp(const Tensor& x, const Dims& dims, bool keepdim);
RETROGRAD_API Tensor cumsum(const Tensor& x, int64_t dim);
RETROGRAD_API Tensor softmax(const Tensor& x, int64_t dim);
RETROGRAD_API Tensor logSoftmax(const Tensor& x, int64_t dim);
/// Whether shape, dtype and all elements are equal.
RETROGRAD_API bool equal(const Tensor& a, const Tensor& b);
/// Whether |a - b| <= atol + rtol * |b| for all elements.
RETROGRAD_API bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equalNan);

// ---- view.cpp: views unless said otherwise ----

/// Throws ShapeError where the memory does not allow it; reshape copies then.
RETROGRAD_API Tensor view(const Tensor& x, const Dims& shape);
/// A view where possible, else a copy.
RETROGRAD_API Tensor reshape(const Tensor& x, const Dims& shape);
RETROGRAD_API Tensor flatten(const Tensor& x, int64_t startDim, int64_t endDim);
/// Drops the dimensions whose size is 1; with `dims`, those of them alone.
RETROGRAD_API Tensor squeeze(const Tensor& x);
RETROGRAD_API Tensor squeeze(const Tensor& x, const Dims& dims);
RETROGRAD_API Tensor unsqueeze(const Tensor& x, int64_t dim);
RETROGRAD_API Tensor permute(const Tensor& x, const Dims& dims);
RETROGRAD_API Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1);
/// Transpose of a matrix; a vector or number as it is.
RETROGRAD_API Tensor t(const Tensor& x);
RETROGRAD_API Tensor movedim(const Tensor& x, int64_t source, int64_t destination);
/// -1 keeps a size.
RETROGRAD_API Tensor expand(const Tensor& x, const Dims& shape);
RETROGRAD_API Tensor select(const Tensor& x, int64_t dim, int64_t index);
/// Elements start, start + step, ... before `end`, clipped to the tensor; step > 0.
RETROGRAD_API Tensor slice(const Tensor& x, int64_t dim, int64_t start, int64_t end, int64_t step);
RETROGRAD_API Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length);
RETROGRAD_API Tensor diagonal(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2);
RETROGRAD_API std::vector<Tensor> unbind(const Tensor& x, int64_t dim);
RETROGRAD_API std::vector<Tensor> split(const Tensor& x, int64_t size, int64_t dim);
RETROGRAD_API std::vector<Tensor> chunk(const Tensor& x, int64_t chunks, int64_t dim);
/// A view with the given sizes, strides and offset (from the start of x's own first element).
RETROGRAD_API Tensor asStrided(const Tensor& x, const Dims& sizes, const Dims& strides, int64_t offset);
/// The same values outside the graph; shares memory and version counter.
RETROGRAD_API Tensor detach(const Tensor& x);
/// The same values inside the graph: a view of everything.
RETROGRAD_API Tensor alias(const Tensor& x);

// ---- shape.cpp: results are copies ----

RETROGRAD_API Tensor cat(const std::vector<Tensor>& tensors, int64_t dim);
RETROGRAD_API Tensor stack(const std::vector<Tensor>& tensors, int64_t dim);
RETROGRAD_API Tensor repeat(const Tensor& x, const Dims& repeats);
RETROGRAD_API Tensor flip(const Tensor& x, const Dims& dims);
RETROGRAD_API Tensor tril(const Tensor& x, int64_t diagonal);
RETROGRAD_API Tensor triu(const Tensor& x, int64_t diagonal);
/// A vector on the diagonal of a matrix, or the diagonal of a matrix as a copy.
RETROGRAD_API Tensor diag(const Tensor& x, int64_t diagonal);

// ---- copy.cpp ----

RETROGRAD_API Tensor clone(const Tensor& x);
/// `x` itself where it is dense already.
RETROGRAD_API Tensor contiguous(const Tensor& x);
/// `x` itself where dtype and device are the same already. `nonBlocking`: from pinned memory to a device, or from a
/// device to the host (whose result is pinned then), the call only queues the copy on the current stream.
RETROGRAD_API Tensor to(const Tensor& x, DType dtype, Device device, bool nonBlocking = false);
/// `x` itself where it is in pinned memory already. Throws DeviceError for a tensor that is not the CPU's.
RETROGRAD_API Tensor pinMemory(const Tensor& x);
/// Casts, broadcasts and moves `source` into `self`. `nonBlocking`: a dense copy between pinned memory and a device is
/// only queued.
RETROGRAD_API Tensor copy_(const Tensor& self, const Tensor& source, bool nonBlocking = false);
RETROGRAD_API Tensor fill_(const Tensor& self, const Operand& value);
RETROGRAD_API Tensor zero_(const Tensor& self);

// ---- index.cpp ----

RETROGRAD_API Tensor indexSelect(const Tensor& x, int64_t dim, const Tensor& index);
RETROGRAD_API Tensor indexAdd(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
RETROGRAD_API Tensor gather(const Tensor& x, int64_t dim, const Tensor& index);
RETROGRAD_API Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
RETROGRAD_API Tensor scatterAdd(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
RETROGRAD_API Tensor nonzero(const Tensor& x);
RETROGRAD_API Tensor maskedSelect(const Tensor& x, const Tensor& mask);
/// x[indices[0], indices[1], ...] with tensors of integers or masks; an undefined entry is a full slice. NumPy's rules.
RETROGRAD_API Tensor index(const Tensor& x, const std::vector<Tensor>& indices);
/// self[indices] = values, or += where `accumulate`; `values` broadcasts.
RETROGRAD_API Tensor indexPut_(const Tensor& self, const std::vector<Tensor>& indices, const Tensor& values,
                               bool accumulate);
/// self[indices] = value, as Python assigns: ones in front of the value's shape do not count, and a number takes the
/// dtype of `self`. Errors begin with "set".
RETROGRAD_API Tensor set_(const Tensor& self, const std::vector<Tensor>& indices, const Operand& value);
RETROGRAD_API Tensor oneHot(const Tensor& x, int64_t classes);

// ---- matmul.cpp ----

/// Vectors, matrices and batches by NumPy's rules; gradFn tells which: DotBackward0, MvBackward0, MmBackward0, ...
RETROGRAD_API Tensor matmul(const Tensor& a, const Tensor& b);
RETROGRAD_API Tensor mm(const Tensor& a, const Tensor& b);
RETROGRAD_API Tensor bmm(const Tensor& a, const Tensor& b);
RETROGRAD_API Tensor mv(const Tensor& a, const Tensor& b);
RETROGRAD_API Tensor dot(const Tensor& a, const Tensor& b);
RETROGRAD_API Tensor outer(const Tensor& a, const Tensor& b);
/// bias + a @ b.
RETROGRAD_API Tensor addmm(const Tensor& bias, const Tensor& a, const Tensor& b);
/// x @ weight^T + bias for x [..., in], weight [out, in] or [in], bias [out].
RETROGRAD_API Tensor linear(const Tensor& x, const Tensor& weight, const OptionalTensor& bias);

// ---- loss.cpp: reduction is 0 none, 1 mean, 2 sum ----

RETROGRAD_API Tensor mseLoss(const Tensor& input, const Tensor& target, int64_t reduction);
RETROGRAD_API Tensor l1Loss(const Tensor& input, const Tensor& target, int64_t reduction);
RETROGRAD_API Tensor smoothL1Loss(const Tensor& input, const Tensor& target, int64_t reduction, double beta);
/// Throws std::invalid_argument where the input leaves [0, 1], on the CPU alone: a GPU, which would have to be waited
/// for, gives NaN.
RETROGRAD_API Tensor binaryCrossEntropy(const Tensor& input, const Tensor& target, int64_t reduction);
RETROGRAD_API Tensor binaryCrossEntropyWithLogits(const Tensor& input, const Tensor& target, int64_t reduction);
/// Log-probabilities [n, classes, ...] or [classes] and int64 class numbers [n, ...] or []. A class counts `weight`
/// [classes], in the input's dtype, or 1; targets equal to `ignored` count nothing. The mean is over what counts.
RETROGRAD_API Tensor nllLoss(const Tensor& input, const Tensor& target, const OptionalTensor& weight, int64_t ignored,
                             int64_t reduction);
/// Logits, as nllLoss(logSoftmax(input, 1), target, ...).
RETROGRAD_API Tensor crossEntropy(const Tensor& input, const Tensor& target, const OptionalTensor& weight,
                                  int64_t ignored, int64_t reduction);

// ---- optim.cpp: fused optimizer steps on one device, outside any graph; bump the parameters' versions ----
// The learning rate `lr` is a float64 tensor of shape [] on that device.

/// How many numbers a clock of adamStep has.
RETROGRAD_API int64_t adamClockSize();
/// Adam (decoupled: AdamW). `clocks`: a float64 tensor [adamClockSize()] per parameter, zeros before its first step.
RETROGRAD_API void adamStep(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                            const std::vector<Tensor>& means, const std::vector<Tensor>& squares,
                            const std::vector<Tensor>& clocks, const Tensor& lr, double beta1, double beta2,
                            double epsilon, double weightDecay, bool decoupled, bool maximize);
/// SGD; `buffers` holds one per parameter, or nothing where momentum is 0.
RETROGRAD_API void sgdStep(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                           const std::vector<Tensor>& buffers, bool firstStep, const Tensor& lr, double momentum,
                           double dampening, double weightDecay, bool nesterov, bool maximize);

// ---- inspect.cpp ----

RETROGRAD_API Dims shape(const Tensor& x);
RETROGRAD_API Dims stride(const Tensor& x);
RETROGRAD_API int64_t numel(const Tensor& x);
RETROGRAD_API int64_t dim(const Tensor& x);
RETROGRAD_API int64_t storageOffset(const Tensor& x);
RETROGRAD_API DType dtype(const Tensor& x);
RETROGRAD_API Device device(const Tensor& x);
RETROGRAD_API bool isContiguous(const Tensor& x);
RETROGRAD_API bool isPinned(const Tensor& x);
/// Whether both look at the same storage.
RETROGRAD_API bool sharesStorage(const Tensor& a, const Tensor& b);
/// The only element. Throws ShapeError where there are none or several.
RETROGRAD_API double item(const Tensor& x);
RETROGRAD_API int64_t itemLong(const Tensor& x);
/// dtype of an operation on both.
RETROGRAD_API DType resultType(const Tensor& a, const Operand& b);

}  // namespace retrograd
