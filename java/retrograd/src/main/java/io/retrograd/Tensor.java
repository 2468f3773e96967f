package io.retrograd;

import static io.retrograd.internal.Arguments.given;
import static io.retrograd.internal.Bridge.after;
import static io.retrograd.internal.Bridge.pair;
import static io.retrograd.internal.Bridge.wrap;
import static io.retrograd.internal.Bridge.wrapAll;
import static io.retrograd.internal.Bridge.wrapOrNull;

import io.retrograd.autograd.Node;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Callbacks;
import io.retrograd.internal.Engine;
import io.retrograd.internal.Log;
import io.retrograd.internal.Natives;
import io.retrograd.internal.Net;
import io.retrograd.internal.Ops;
import io.retrograd.internal.TensorRef;
import io.retrograd.internal.Whole;
import java.lang.ref.Reference;
import java.nio.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A multi-dimensional array that remembers how it was computed. Made by the functions of {@link Retrograd}; its methods
 * carry PyTorch's names, argument order and defaults.
 *
 * <p><b>Results</b> are new tensors, views where the method says so; a name that ends in an underscore writes into this
 * tensor and returns it. Operands are broadcast, and their dtypes promoted, by PyTorch's rules. Dimensions may be
 * negative and then count from the end. Where gradients are on and an operand requires one, the result joins the graph.
 *
 * <p><b>Errors</b> are unchecked and name the operation: {@link ShapeException}, {@link IndexException}, {@link
 * DTypeException}, {@link DeviceException}, {@link AutogradException}, {@link OutOfMemoryException}, and {@link
 * ClosedTensorException} for a tensor already closed.
 *
 * <p><b>Memory</b> is freed by {@link #close}, at the end of the {@link Scope} in which the tensor was made, or after
 * the tensor has become unreachable, whichever comes first. What a graph saved of it lives on. Closing is never needed,
 * but scopes make loops faster.
 *
 * <p><b>Threads</b> may share tensors as long as none of them writes one in place meanwhile. {@code equals} and {@code
 * hashCode} are those of the object.
 */
public final class Tensor implements Index, AutoCloseable {
  static {
    Bridge.connect(new Bridge() {
      @Override
      protected Tensor make(long handle) {
        return of(handle);
      }

      @Override
      protected TensorRef refOf(Tensor tensor) {
        return tensor.ref;
      }
    });
  }

  private static final AtomicBoolean WARNED_OF_GRAD = new AtomicBoolean();

  private final TensorRef ref;

  private Tensor(long handle) {
    ref = Net.register(this, handle);
  }

  /** A tensor that owns the handle, which is closed should there be no room for the object. */
  private static Tensor of(long handle) {
    try {
      return new Tensor(handle);
    } catch (Throwable e) {
      Natives.close(handle);
      throw e;
    }
  }

  private long handle() {
    return ref.handle();
  }

  /** The handle of an operand, which a user may have got from {@link #grad}. */
  private static long in(Tensor operand) {
    if (operand == null) {
      throw Arguments.absent(
          "the operand is null; grad() is null before backward(), and of a tensor that is no leaf");
    }
    return operand.ref.handle();
  }

  /** The indices, none of which may be null. */
  private static Index[] checked(Index[] indices) {
    Arguments.allGiven("indices", Arrays.asList(given("indices", indices)));
    return indices;
  }

  /** After a write in place: native code returns a second handle of this tensor. */
  private Tensor same(long second) {
    Natives.close(second);
    Reference.reachabilityFence(this);
    return this;
  }

  private Tensor same(long second, Object a) {
    Reference.reachabilityFence(a);
    return same(second);
  }

  private Tensor same(long second, Object a, Object b) {
    Reference.reachabilityFence(b);
    return same(second, a);
  }

  // ---- shapes, copies and devices, beside what is generated below ----

  /** The dimensions in reverse order. */
  public Tensor T() {
    long[] dims = new long[(int) dim()];
    for (int i = 0; i < dims.length; i++) dims[i] = dims.length - 1 - i;
    return permute(dims);
  }

  /** {@link #expand} to another tensor's shape. */
  public Tensor expandAs(Tensor other) {
    return expand(given("other", other).shape());
  }

  /** {@link #view} with another tensor's shape. */
  public Tensor viewAs(Tensor other) {
    return view(given("other", other).shape());
  }

  /** {@link #reshape} to another tensor's shape. */
  public Tensor reshapeAs(Tensor other) {
    return reshape(given("other", other).shape());
  }

  /** A copy, inside the graph. */
  @Override
  public Tensor clone() {
    return wrap(Ops.clone(handle()), this);
  }

  /**
   * Another type, without a copy where this is it already. Stands for PyTorch's {@code float()}, {@code long()} and so
   * on.
   */
  public Tensor to(DType dtype) {
    return to(device(), dtype);
  }

  /** Another device, without a copy where this is it already. */
  public Tensor to(Device device) {
    return to(device, dtype());
  }

  /** {@link #to(Device)} by name, such as {@code "cuda:0"}. */
  public Tensor to(String device) {
    return to(Device.of(given("device", device)));
  }

  /** Another device and type, without a copy where these are it already. */
  public Tensor to(Device device, DType dtype) {
    return wrap(
        Ops.to(
            handle(), given("dtype", dtype).ordinal(), given("device", device).codeForUse()),
        this);
  }

  /**
   * {@link #to(Device)} that need not wait: from pinned memory to a GPU, and from a GPU to the CPU (whose tensor is
   * pinned then), the copy is queued on the current stream and the call returns. Until that stream has been waited for,
   * the elements on the CPU may be neither read nor written.
   *
   * @param device where to
   * @param nonBlocking whether not to wait
   */
  public Tensor to(Device device, boolean nonBlocking) {
    return to(device, dtype(), nonBlocking);
  }

  /**
   * {@link #to(Device, DType)} that need not wait, as {@link #to(Device, boolean)}.
   *
   * @param device where to
   * @param dtype of what type
   * @param nonBlocking whether not to wait
   */
  public Tensor to(Device device, DType dtype, boolean nonBlocking) {
    return wrap(
        Ops.to(
            handle(),
            given("dtype", dtype).ordinal(),
            given("device", device).codeForUse(),
            nonBlocking),
        this);
  }

  /**
   * The same elements in pinned memory of the CPU, which GPUs copy from without the program waiting; this tensor where it
   * is pinned already. Pinned memory is dear to the system: pin what is copied again and again.
   *
   * @throws DeviceException for a tensor on a GPU, and where there is none
   */
  public Tensor pinMemory() {
    return isPinned() ? this : wrap(Ops.pinMemory(handle()), this);
  }

  /** {@link #to(Device)} for the CPU. */
  public Tensor cpu() {
    return to(Device.CPU);
  }

  /** {@link #to(Device)} for the first GPU. */
  public Tensor cuda() {
    return to(Device.cuda(0));
  }

  // ---- properties ----

  /** Returns the size of a dimension; negative ones count from the end. */
  public long size(long dim) {
    long[] shape = shape();
    if (dim < -shape.length || dim >= shape.length) {
      throw new IndexException("size: got dimension " + dim + " of a tensor with " + shape.length);
    }
    return shape[(int) (dim < 0 ? dim + shape.length : dim)];
  }

  /**
   * Returns where the first element lies in the GPU's memory, for other libraries on the same GPU, such as the bindings
   * of {@code org.bytedeco:cuda}. The elements lie as {@link #stride} says: call {@link #contiguous} first where they
   * must be dense. The address is good for as long as this tensor is open.
   *
   * <p>Work of this library is queued on the current {@link Stream}, which at first is the device's default one: use the
   * memory on that stream, or wait with {@link Device#synchronize} before and after. A write through the address is
   * unknown to the graph.
   *
   * @throws DeviceException for a tensor on the CPU
   */
  public long devicePointer() {
    return after(Engine.devicePointer(handle()), this);
  }

  /**
   * A dense tensor over memory of a GPU that belongs to the caller: nothing is copied. The caller keeps the memory valid
   * until {@code release} is called, which happens once, when nothing uses it any more: neither this tensor nor a view
   * nor a graph. Never is it called where this method throws.
   *
   * <p>{@code release} runs on whichever thread lets go last, and must not wait for other threads. Work queued before on
   * the streams that used the tensor may still be running then: free the memory in their order ({@code cudaFreeAsync})
   * or by what waits for the device ({@code cudaFree}).
   *
   * @param address of the first element, such as {@link #devicePointer} or a JavaCPP pointer's {@code address()} gives
   * @param dtype of the elements
   * @param device whose memory it is
   * @param shape of the tensor; the caller vouches that so much memory is there
   * @param release gives the memory back
   * @throws IllegalArgumentException for address 0 and one that is no multiple of an element's size
   * @throws DeviceException where the address is not memory of the device
   */
  public static Tensor fromDevicePointer(
      long address, DType dtype, Device device, long[] shape, Runnable release) {
    return wrap(Natives.fromDevicePointer(
        address,
        given(shape),
        given("dtype", dtype).ordinal(),
        given("device", device).codeForUse(),
        given("release", release)));
  }

  /**
   * Tells the memory of this tensor that work on another stream than the one it was made on uses it: once freed, it is
   * not given out again before what was queued on that stream is done. Needed for each tensor that is made on one stream
   * and used on another, unless it outlives that use.
   *
   * @param stream the other one
   */
  public void recordStream(Stream stream) {
    Engine.recordStream(handle(), given("stream", stream).device().code(), stream.number());
    Reference.reachabilityFence(this);
  }

  // ---- elements ----

  /** Returns the elements in order as floats, converted; outside the graph. */
  public float[] toFloatArray() {
    return toArray(new float[length()]);
  }

  /** Returns the elements in order as doubles, converted; outside the graph. */
  public double[] toDoubleArray() {
    return toArray(new double[length()]);
  }

  /** Returns the elements in order as longs, floating ones truncated; outside the graph. */
  public long[] toLongArray() {
    return toArray(new long[length()]);
  }

  /** Returns the elements in order as ints, converted; outside the graph. */
  public int[] toIntArray() {
    return toArray(new int[length()]);
  }

  /** Returns the elements in order as shorts, converted; outside the graph. */
  public short[] toShortArray() {
    return toArray(new short[length()]);
  }

  /** Returns the elements in order as bytes, those of uint8 and int8 as they are, others as uint8; outside the graph. */
  public byte[] toByteArray() {
    return toArray(new byte[length()]);
  }

  /** Returns the elements in order as truth values: whether they are not 0. */
  public boolean[] toBooleanArray() {
    return toArray(new boolean[length()]);
  }

  /**
   * Copies the elements in order into what remains of a buffer, whose position stays. Buffers of numbers get elements
   * of their own type, a {@code ByteBuffer} raw elements of this tensor's dtype in native byte order.
   *
   * @param buffer direct, or backed by an array; with room for exactly as many elements
   * @throws ShapeException where the buffer has room for another number of elements
   */
  public void copyTo(Buffer buffer) {
    Elements.toBuffer(handle(), given("buffer", buffer), dtype().ordinal());
    Reference.reachabilityFence(this);
  }

  private <A> A toArray(A array) {
    Elements.toArray(handle(), array);
    Reference.reachabilityFence(this);
    return array;
  }

  private int length() {
    long n = numel();
    if (n > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a Java array cannot hold " + n + " elements: copy in parts, by narrow(...)");
    }
    return (int) n;
  }

  // ---- indexing ----

  /**
   * A part of this tensor: a view, unless tensors are among the indices.
   *
   * @param indices one per dimension from the first on; missing ones mean the whole dimension
   * @throws IndexException where a place is out of range or there are more indices than dimensions
   * @see Index
   */
  public Tensor get(Index... indices) {
    return Indexing.get(this, checked(indices));
  }

  /**
   * A view of one place: {@code x.get(3)} is {@code x[3]}, {@code x.get(1, -1)} is {@code x[1, -1]}.
   *
   * @param indices one per dimension from the first on; negative ones count from the end
   * @throws IndexException where a place is out of range or there are more indices than dimensions
   */
  public Tensor get(long... indices) {
    return given("indices", indices).length == 1
        ? select(0, indices[0])
        : Indexing.get(this, Indexing.at(indices));
  }

  /**
   * Writes into a part of this tensor: {@code x.set(value, Index.all(), mask)} is {@code x[:, mask] = value}.
   *
   * @param value broadcast to the part; gets its share of the gradient
   * @param indices as in {@link #get(Index...)}
   * @return this tensor
   */
  public Tensor set(Tensor value, Index... indices) {
    given("value", value);
    Indexing.set(this, checked(indices), (part, at) -> Ops.set_(part, at, value.handle()));
    Reference.reachabilityFence(value);
    return this;
  }

  /**
   * {@link #set(Tensor, Index...)} with a floating number.
   *
   * @param value for every element of the part, in this tensor's dtype
   * @param indices as in {@link #get(Index...)}
   * @return this tensor
   */
  public Tensor set(double value, Index... indices) {
    Indexing.set(this, checked(indices), (part, at) -> Ops.set_(part, at, value));
    return this;
  }

  /**
   * {@link #set(Tensor, Index...)} with an integer.
   *
   * @param value for every element of the part, in this tensor's dtype
   * @param indices as in {@link #get(Index...)}
   * @return this tensor
   */
  public Tensor set(long value, Index... indices) {
    Indexing.set(this, checked(indices), (part, at) -> Ops.set_(part, at, new Whole(value)));
    return this;
  }

  /**
   * {@link #set(Tensor, Index...)} for one place.
   *
   * @param value broadcast to the place
   * @param indices as in {@link #get(long...)}
   * @return this tensor
   */
  public Tensor set(Tensor value, long... indices) {
    return set(value, Indexing.at(indices));
  }

  /**
   * {@link #set(double, Index...)} for one place.
   *
   * @param value for every element there
   * @param indices as in {@link #get(long...)}
   * @return this tensor
   */
  public Tensor set(double value, long... indices) {
    return set(value, Indexing.at(indices));
  }

  /**
   * {@link #set(long, Index...)} for one place.
   *
   * @param value for every element there
   * @param indices as in {@link #get(long...)}
   * @return this tensor
   */
  public Tensor set(long value, long... indices) {
    return set(value, Indexing.at(indices));
  }

  // ---- the graph ----

  /** Returns whether a gradient can reach this tensor. */
  public boolean requiresGrad() {
    return after(Engine.requiresGrad(handle()), this);
  }

  /**
   * Makes this leaf collect a gradient, or stop to.
   *
   * @param value whether it does
   * @return this tensor
   * @throws AutogradException to stop a tensor that is the result of an operation: use {@link #detach}
   * @throws DTypeException for integers and bool, which have no gradient
   */
  public Tensor requiresGrad_(boolean value) {
    return same(Engine.requiresGrad_(handle(), value));
  }

  /** Returns whether this is no result of a recorded operation; only leaves collect gradients by themselves. */
  public boolean isLeaf() {
    return after(Engine.isLeaf(handle()), this);
  }

  /**
   * Returns the gradient collected so far; null before any backward pass, after {@code setGrad(null)}, and for results
   * that were not told to {@link #retainGrad} (the first such call logs a warning).
   */
  public @Nullable Tensor grad() {
    Tensor gradient = wrapOrNull(Engine.gradOf(handle()), this);
    if (gradient == null
        && !isLeaf()
        && !retainsGrad()
        && WARNED_OF_GRAD.compareAndSet(false, true)) {
      Log.warn(
          "grad() of a tensor that is no leaf: backward() does not keep its gradient. Call retainGrad() before.");
    }
    return gradient;
  }

  /**
   * Replaces the gradient.
   *
   * @param gradient of this tensor's shape, dtype and device, or null for none
   */
  public void setGrad(@Nullable Tensor gradient) {
    Engine.setGrad(handle(), Bridge.orZero(gradient));
    Reference.reachabilityFence(this);
    Reference.reachabilityFence(gradient);
  }

  /** Keeps the gradient of this result of an operation too. Does nothing on a leaf, or the second time. */
  public void retainGrad() {
    Engine.retainGrad(handle());
    Reference.reachabilityFence(this);
  }

  /** Returns whether {@link #retainGrad} was called on this result of an operation. */
  public boolean retainsGrad() {
    return after(Engine.retainsGrad(handle()), this);
  }

  /** Returns the graph node that made this tensor; null for a leaf. */
  public @Nullable Node gradFn() {
    return Node.ofGradFn(this);
  }

  /** Makes this tensor a leaf outside the graph. {@link AutogradException} for views: use {@link #detach}. */
  public Tensor detach_() {
    return same(Engine.detach_(handle()));
  }

  /** Returns the number of writes in place to this tensor's memory so far. */
  public long version() {
    return after(Engine.version(handle()), this);
  }

  /** Returns this tensor's number among the outputs of its {@link #gradFn}. */
  public long outputNr() {
    return after(Engine.outputNr(handle()), this);
  }

  /** Returns whether this is a differentiable view of another tensor. */
  public boolean isView() {
    return after(Engine.isView(handle()), this);
  }

  /** Returns whether this was made in {@link Retrograd#inferenceMode()}. */
  public boolean isInference() {
    return after(Engine.isInference(handle()), this);
  }

  /**
   * Adds the derivative of this 0-d (or one-element) tensor to {@link #grad} of every leaf that it depends on. What the
   * graph saved is freed by the time that this returns.
   *
   * @throws AutogradException where this is no part of a graph, has several elements, or the graph was freed already
   */
  public void backward() {
    backward(BackwardOptions.defaults());
  }

  /**
   * {@link #backward()} of a tensor of any shape, weighted.
   *
   * @param gradient of this tensor's shape: derivative of some final number with respect to this
   */
  public void backward(Tensor gradient) {
    backward(BackwardOptions.defaults().gradient(gradient));
  }

  /**
   * {@link #backward()} in full.
   *
   * @param options what to keep, where to start, which gradients to fill
   */
  public void backward(BackwardOptions options) {
    given("options", options);
    Engine.backward(
        new long[] {handle()},
        new long[] {Bridge.orZero(options.gradient)},
        options.retain,
        options.create,
        Bridge.handles(options.inputs));
    Reference.reachabilityFence(this);
    Reference.reachabilityFence(options);
  }

  /**
   * Has a function see, and maybe replace, this tensor's gradient in every later backward pass. Hooks run in the order
   * in which they were added, on the thread that called backward. The graph lets go of a result's hooks when it frees,
   * without {@code retainGraph}, what the operation saved. Else a hook that refers to its own tensor, say to a leaf or
   * to {@code x.add(1)}, keeps both in memory until the tensor is closed or the hook removed: use the gradient that
   * it is given.
   *
   * @param hook gets the gradient; returns another one of the same shape and dtype, or null to leave it
   * @return what removes the hook
   * @throws AutogradException where this tensor requires no gradient
   */
  public HookHandle registerHook(UnaryOperator<@Nullable Tensor> hook) {
    given("hook", hook);
    Callbacks.Hook call = Callbacks.ofProgram(handle -> {
      Tensor gradient = of(handle);
      Tensor other = hook.apply(gradient);
      return other == null ? 0 : after(Natives.share(in(other)), other);
    });
    return handleOf(after(Natives.addHook(handle(), call), this));
  }

  /**
   * Has a function called after each backward pass that wrote this leaf's {@link #grad}; an optimizer can step and
   * clear it there. The leaf holds the hook: one that refers to this leaf, to its module or to its optimizer keeps them
   * all in memory until the handle's {@link HookHandle#remove} is called, as no collection sees through native memory.
   *
   * @param hook gets this leaf
   * @return what removes the hook
   * @throws AutogradException where this is no leaf that requires a gradient
   */
  public HookHandle registerPostAccumulateGradHook(Consumer<Tensor> hook) {
    given("hook", hook);
    Callbacks.Hook call = Callbacks.ofProgram(handle -> {
      hook.accept(of(handle));
      return 0;
    });
    return handleOf(after(Natives.addPostAccumulateHook(handle(), call), this));
  }

  private HookHandle handleOf(long hook) {
    return new HookHandle(() -> {
      try {
        Engine.removeHook(handle(), hook);
        Reference.reachabilityFence(this);
      } catch (ClosedTensorException gone) {
        // The graph that holds the hook may live on, but nobody can name the tensor any more.
      }
    });
  }

  // ---- the object ----

  /** Frees this tensor now, save what graphs, views and gradients still need of it. Closing again does nothing. */
  @Override
  public void close() {
    ref.close();
  }

  /** Returns whether this tensor was closed, by {@link #close} or by its scope. */
  public boolean isClosed() {
    return ref.isClosed();
  }

  /**
   * Returns the elements and properties in PyTorch's layout. Fetches only what it shows: of more than a thousand
   * elements, the first and last three along each dimension. On a GPU this waits for them.
   */
  @Override
  public String toString() {
    return isClosed() ? "tensor(closed)" : Printer.print(this);
  }

  // ---- from native/ops, written by scripts/Facade.java ----
  // spotless:off

  // ---- binary: Shapes are broadcast; the dtype is the promoted one, to which a number counts only by its category. ----

  /**
   * this + {@code alpha} * {@code other}. Integers: {@link DTypeException} where alpha is no whole number, {@link
   * IllegalArgumentException} where it does not fit. Here {@code alpha} is 1.
   */
  public Tensor add(Tensor other) {
    return wrap(Ops.add(handle(), in(other)), this, other);
  }

  /**
   * this + {@code alpha} * {@code other}. Integers: {@link DTypeException} where alpha is no whole number, {@link
   * IllegalArgumentException} where it does not fit.
   */
  public Tensor add(Tensor other, double alpha) {
    return wrap(Ops.add(handle(), in(other), alpha, false), this, other);
  }

  /** {@link #add(Tensor)} with a floating number. */
  public Tensor add(double other) {
    return wrap(Ops.add(handle(), other), this);
  }

  /** {@link #add(Tensor)} with an integer. */
  public Tensor add(long other) {
    return wrap(Ops.add(handle(), new Whole(other)), this);
  }

  /** {@link #add(Tensor)} in place. */
  public Tensor add_(Tensor other) {
    return add_(other, 1);
  }

  /** {@link #add(Tensor, double)} in place. */
  public Tensor add_(Tensor other, double alpha) {
    return same(Ops.add(handle(), in(other), alpha, true), other);
  }

  /** {@link #add(double)} in place. */
  public Tensor add_(double other) {
    return same(Ops.add(handle(), other, 1, true));
  }

  /** {@link #add(long)} in place. */
  public Tensor add_(long other) {
    return same(Ops.add(handle(), new Whole(other), 1, true));
  }

  /** this - {@code alpha} * {@code other}. Integers: as add. Here {@code alpha} is 1. */
  public Tensor sub(Tensor other) {
    return wrap(Ops.sub(handle(), in(other)), this, other);
  }

  /** this - {@code alpha} * {@code other}. Integers: as add. */
  public Tensor sub(Tensor other, double alpha) {
    return wrap(Ops.sub(handle(), in(other), alpha, false), this, other);
  }

  /** {@link #sub(Tensor)} with a floating number. */
  public Tensor sub(double other) {
    return wrap(Ops.sub(handle(), other), this);
  }

  /** {@link #sub(Tensor)} with an integer. */
  public Tensor sub(long other) {
    return wrap(Ops.sub(handle(), new Whole(other)), this);
  }

  /** {@link #sub(Tensor)} in place. */
  public Tensor sub_(Tensor other) {
    return sub_(other, 1);
  }

  /** {@link #sub(Tensor, double)} in place. */
  public Tensor sub_(Tensor other, double alpha) {
    return same(Ops.sub(handle(), in(other), alpha, true), other);
  }

  /** {@link #sub(double)} in place. */
  public Tensor sub_(double other) {
    return same(Ops.sub(handle(), other, 1, true));
  }

  /** {@link #sub(long)} in place. */
  public Tensor sub_(long other) {
    return same(Ops.sub(handle(), new Whole(other), 1, true));
  }

  /** this * {@code other}. */
  public Tensor mul(Tensor other) {
    return wrap(Ops.mul(handle(), in(other)), this, other);
  }

  /** {@link #mul(Tensor)} with a floating number. */
  public Tensor mul(double other) {
    return wrap(Ops.mul(handle(), other), this);
  }

  /** {@link #mul(Tensor)} with an integer. */
  public Tensor mul(long other) {
    return wrap(Ops.mul(handle(), new Whole(other)), this);
  }

  /** {@link #mul(Tensor)} in place. */
  public Tensor mul_(Tensor other) {
    return same(Ops.mul(handle(), in(other), true), other);
  }

  /** {@link #mul(double)} in place. */
  public Tensor mul_(double other) {
    return same(Ops.mul(handle(), other, true));
  }

  /** {@link #mul(long)} in place. */
  public Tensor mul_(long other) {
    return same(Ops.mul(handle(), new Whole(other), true));
  }

  /** this / {@code other}, as floating numbers: integers give float32. */
  public Tensor div(Tensor other) {
    return wrap(Ops.div(handle(), in(other)), this, other);
  }

  /** {@link #div(Tensor)} with a floating number. */
  public Tensor div(double other) {
    return wrap(Ops.div(handle(), other), this);
  }

  /** {@link #div(Tensor)} with an integer. */
  public Tensor div(long other) {
    return wrap(Ops.div(handle(), new Whole(other)), this);
  }

  /** {@link #div(Tensor)} in place. */
  public Tensor div_(Tensor other) {
    return same(Ops.div(handle(), in(other), true), other);
  }

  /** {@link #div(double)} in place. */
  public Tensor div_(double other) {
    return same(Ops.div(handle(), other, true));
  }

  /** {@link #div(long)} in place. */
  public Tensor div_(long other) {
    return same(Ops.div(handle(), new Whole(other), true));
  }

  /**
   * The quotient as a whole number, integers staying such; the gradient is 0.
   *
   * @param roundingMode "trunc" towards 0, or "floor" down
   */
  public Tensor div(Tensor other, String roundingMode) {
    return wrap(Ops.div(handle(), in(other), given("roundingMode", roundingMode)), this, other);
  }

  /**
   * {@link #div(Tensor, String)} with a floating number.
   *
   * @param roundingMode "trunc" towards 0, or "floor" down
   */
  public Tensor div(double other, String roundingMode) {
    return wrap(Ops.div(handle(), other, given("roundingMode", roundingMode)), this);
  }

  /**
   * {@link #div(Tensor, String)} with an integer.
   *
   * @param roundingMode "trunc" towards 0, or "floor" down
   */
  public Tensor div(long other, String roundingMode) {
    return wrap(Ops.div(handle(), new Whole(other), given("roundingMode", roundingMode)), this);
  }

  /** this to the power of {@code exponent}. Integers: {@link DTypeException} for a negative number as the exponent. */
  public Tensor pow(Tensor exponent) {
    return wrap(Ops.pow(handle(), in(exponent)), this, exponent);
  }

  /** {@link #pow(Tensor)} with a floating number. */
  public Tensor pow(double exponent) {
    return wrap(Ops.pow(handle(), exponent), this);
  }

  /** {@link #pow(Tensor)} with an integer. */
  public Tensor pow(long exponent) {
    return wrap(Ops.pow(handle(), new Whole(exponent)), this);
  }

  /** {@link #pow(Tensor)} in place. */
  public Tensor pow_(Tensor exponent) {
    return same(Ops.pow(handle(), in(exponent), true), exponent);
  }

  /** {@link #pow(double)} in place. */
  public Tensor pow_(double exponent) {
    return same(Ops.pow(handle(), exponent, true));
  }

  /** {@link #pow(long)} in place. */
  public Tensor pow_(long exponent) {
    return same(Ops.pow(handle(), new Whole(exponent), true));
  }

  /** {@code other} - this. */
  public Tensor rsub(Tensor other) {
    return wrap(Ops.rsub(handle(), in(other)), this, other);
  }

  /** {@link #rsub(Tensor)} with a floating number. */
  public Tensor rsub(double other) {
    return wrap(Ops.rsub(handle(), other), this);
  }

  /** {@link #rsub(Tensor)} with an integer. */
  public Tensor rsub(long other) {
    return wrap(Ops.rsub(handle(), new Whole(other)), this);
  }

  /** {@code other} / this. */
  public Tensor rdiv(Tensor other) {
    return wrap(Ops.rdiv(handle(), in(other)), this, other);
  }

  /** {@link #rdiv(Tensor)} with a floating number. */
  public Tensor rdiv(double other) {
    return wrap(Ops.rdiv(handle(), other), this);
  }

  /** {@link #rdiv(Tensor)} with an integer. */
  public Tensor rdiv(long other) {
    return wrap(Ops.rdiv(handle(), new Whole(other)), this);
  }

  /** {@code other} to the power of this. */
  public Tensor rpow(Tensor other) {
    return wrap(Ops.rpow(handle(), in(other)), this, other);
  }

  /** {@link #rpow(Tensor)} with a floating number. */
  public Tensor rpow(double other) {
    return wrap(Ops.rpow(handle(), other), this);
  }

  /** {@link #rpow(Tensor)} with an integer. */
  public Tensor rpow(long other) {
    return wrap(Ops.rpow(handle(), new Whole(other)), this);
  }

  /** The quotient rounded down. Integers: throws {@link IllegalArgumentException} where a divisor is 0. */
  public Tensor floorDivide(Tensor other) {
    return wrap(Ops.floorDivide(handle(), in(other)), this, other);
  }

  /** {@link #floorDivide(Tensor)} with a floating number. */
  public Tensor floorDivide(double other) {
    return wrap(Ops.floorDivide(handle(), other), this);
  }

  /** {@link #floorDivide(Tensor)} with an integer. */
  public Tensor floorDivide(long other) {
    return wrap(Ops.floorDivide(handle(), new Whole(other)), this);
  }

  /** The remainder of floorDivide: has the sign of the divisor. */
  public Tensor remainder(Tensor other) {
    return wrap(Ops.remainder(handle(), in(other)), this, other);
  }

  /** {@link #remainder(Tensor)} with a floating number. */
  public Tensor remainder(double other) {
    return wrap(Ops.remainder(handle(), other), this);
  }

  /** {@link #remainder(Tensor)} with an integer. */
  public Tensor remainder(long other) {
    return wrap(Ops.remainder(handle(), new Whole(other)), this);
  }

  /** The remainder of truncated division, as Java's %: has the sign of the dividend. */
  public Tensor fmod(Tensor other) {
    return wrap(Ops.fmod(handle(), in(other)), this, other);
  }

  /** {@link #fmod(Tensor)} with a floating number. */
  public Tensor fmod(double other) {
    return wrap(Ops.fmod(handle(), other), this);
  }

  /** {@link #fmod(Tensor)} with an integer. */
  public Tensor fmod(long other) {
    return wrap(Ops.fmod(handle(), new Whole(other)), this);
  }

  /** The angle of the point ({@code other}, this). */
  public Tensor atan2(Tensor other) {
    return wrap(Ops.atan2(handle(), in(other)), this, other);
  }

  /** {@link #atan2(Tensor)} with a floating number. */
  public Tensor atan2(double other) {
    return wrap(Ops.atan2(handle(), other), this);
  }

  /** {@link #atan2(Tensor)} with an integer. */
  public Tensor atan2(long other) {
    return wrap(Ops.atan2(handle(), new Whole(other)), this);
  }

  /** The larger one; where both are equal, each gets half of the gradient. */
  public Tensor maximum(Tensor other) {
    return wrap(Ops.maximum(handle(), in(other)), this, other);
  }

  /** {@link #maximum(Tensor)} with a floating number. */
  public Tensor maximum(double other) {
    return wrap(Ops.maximum(handle(), other), this);
  }

  /** {@link #maximum(Tensor)} with an integer. */
  public Tensor maximum(long other) {
    return wrap(Ops.maximum(handle(), new Whole(other)), this);
  }

  /** The smaller one; where both are equal, each gets half of the gradient. */
  public Tensor minimum(Tensor other) {
    return wrap(Ops.minimum(handle(), in(other)), this, other);
  }

  /** {@link #minimum(Tensor)} with a floating number. */
  public Tensor minimum(double other) {
    return wrap(Ops.minimum(handle(), other), this);
  }

  /** {@link #minimum(Tensor)} with an integer. */
  public Tensor minimum(long other) {
    return wrap(Ops.minimum(handle(), new Whole(other)), this);
  }

  /**
   * Where both are equal, as bool. A number that the promoted dtype cannot hold is compared as what it is: no element
   * equals it.
   */
  public Tensor eq(Tensor other) {
    return wrap(Ops.eq(handle(), in(other)), this, other);
  }

  /** {@link #eq(Tensor)} with a floating number. */
  public Tensor eq(double other) {
    return wrap(Ops.eq(handle(), other), this);
  }

  /** {@link #eq(Tensor)} with an integer. */
  public Tensor eq(long other) {
    return wrap(Ops.eq(handle(), new Whole(other)), this);
  }

  /** {@link #eq(Tensor)} with a truth value. */
  public Tensor eq(boolean other) {
    return wrap(Ops.eq(handle(), other), this);
  }

  /** Where both differ, as bool. */
  public Tensor ne(Tensor other) {
    return wrap(Ops.ne(handle(), in(other)), this, other);
  }

  /** {@link #ne(Tensor)} with a floating number. */
  public Tensor ne(double other) {
    return wrap(Ops.ne(handle(), other), this);
  }

  /** {@link #ne(Tensor)} with an integer. */
  public Tensor ne(long other) {
    return wrap(Ops.ne(handle(), new Whole(other)), this);
  }

  /** {@link #ne(Tensor)} with a truth value. */
  public Tensor ne(boolean other) {
    return wrap(Ops.ne(handle(), other), this);
  }

  /** Where this is less, as bool. */
  public Tensor lt(Tensor other) {
    return wrap(Ops.lt(handle(), in(other)), this, other);
  }

  /** {@link #lt(Tensor)} with a floating number. */
  public Tensor lt(double other) {
    return wrap(Ops.lt(handle(), other), this);
  }

  /** {@link #lt(Tensor)} with an integer. */
  public Tensor lt(long other) {
    return wrap(Ops.lt(handle(), new Whole(other)), this);
  }

  /** Where this is less or equal, as bool. */
  public Tensor le(Tensor other) {
    return wrap(Ops.le(handle(), in(other)), this, other);
  }

  /** {@link #le(Tensor)} with a floating number. */
  public Tensor le(double other) {
    return wrap(Ops.le(handle(), other), this);
  }

  /** {@link #le(Tensor)} with an integer. */
  public Tensor le(long other) {
    return wrap(Ops.le(handle(), new Whole(other)), this);
  }

  /** Where this is greater, as bool. */
  public Tensor gt(Tensor other) {
    return wrap(Ops.gt(handle(), in(other)), this, other);
  }

  /** {@link #gt(Tensor)} with a floating number. */
  public Tensor gt(double other) {
    return wrap(Ops.gt(handle(), other), this);
  }

  /** {@link #gt(Tensor)} with an integer. */
  public Tensor gt(long other) {
    return wrap(Ops.gt(handle(), new Whole(other)), this);
  }

  /** Where this is greater or equal, as bool. */
  public Tensor ge(Tensor other) {
    return wrap(Ops.ge(handle(), in(other)), this, other);
  }

  /** {@link #ge(Tensor)} with a floating number. */
  public Tensor ge(double other) {
    return wrap(Ops.ge(handle(), other), this);
  }

  /** {@link #ge(Tensor)} with an integer. */
  public Tensor ge(long other) {
    return wrap(Ops.ge(handle(), new Whole(other)), this);
  }

  /** Where both are not 0, as bool. */
  public Tensor logicalAnd(Tensor other) {
    return wrap(Ops.logicalAnd(handle(), in(other)), this, other);
  }

  /** Where at least one is not 0, as bool. */
  public Tensor logicalOr(Tensor other) {
    return wrap(Ops.logicalOr(handle(), in(other)), this, other);
  }

  /** Where exactly one is not 0, as bool. */
  public Tensor logicalXor(Tensor other) {
    return wrap(Ops.logicalXor(handle(), in(other)), this, other);
  }

  /** The bits that both have. Integers and bool. */
  public Tensor bitwiseAnd(Tensor other) {
    return wrap(Ops.bitwiseAnd(handle(), in(other)), this, other);
  }

  /** {@link #bitwiseAnd(Tensor)} with an integer. */
  public Tensor bitwiseAnd(long other) {
    return wrap(Ops.bitwiseAnd(handle(), new Whole(other)), this);
  }

  /** The bits that one of them has. Integers and bool. */
  public Tensor bitwiseOr(Tensor other) {
    return wrap(Ops.bitwiseOr(handle(), in(other)), this, other);
  }

  /** {@link #bitwiseOr(Tensor)} with an integer. */
  public Tensor bitwiseOr(long other) {
    return wrap(Ops.bitwiseOr(handle(), new Whole(other)), this);
  }

  /** The bits that exactly one of them has. Integers and bool. */
  public Tensor bitwiseXor(Tensor other) {
    return wrap(Ops.bitwiseXor(handle(), in(other)), this, other);
  }

  /** {@link #bitwiseXor(Tensor)} with an integer. */
  public Tensor bitwiseXor(long other) {
    return wrap(Ops.bitwiseXor(handle(), new Whole(other)), this);
  }

  /** {@code value} (a number or a 0-d tensor) where the mask (bool, broadcast) is true, else this. */
  public Tensor maskedFill(Tensor mask, Tensor value) {
    return wrap(Ops.maskedFill(handle(), in(mask), in(value)), this, mask, value);
  }

  /** {@link #maskedFill(Tensor, Tensor)} with a floating number. */
  public Tensor maskedFill(Tensor mask, double value) {
    return wrap(Ops.maskedFill(handle(), in(mask), value), this, mask);
  }

  /** {@link #maskedFill(Tensor, Tensor)} with an integer. */
  public Tensor maskedFill(Tensor mask, long value) {
    return wrap(Ops.maskedFill(handle(), in(mask), new Whole(value)), this, mask);
  }

  /** {@link #maskedFill(Tensor, Tensor)} with a truth value. */
  public Tensor maskedFill(Tensor mask, boolean value) {
    return wrap(Ops.maskedFill(handle(), in(mask), value), this, mask);
  }

  /** {@link #maskedFill(Tensor, Tensor)} in place. */
  public Tensor maskedFill_(Tensor mask, Tensor value) {
    return same(Ops.maskedFill(handle(), in(mask), in(value), true), mask, value);
  }

  /** {@link #maskedFill(Tensor, double)} in place. */
  public Tensor maskedFill_(Tensor mask, double value) {
    return same(Ops.maskedFill(handle(), in(mask), value, true), mask);
  }

  /** {@link #maskedFill(Tensor, long)} in place. */
  public Tensor maskedFill_(Tensor mask, long value) {
    return same(Ops.maskedFill(handle(), in(mask), new Whole(value), true), mask);
  }

  /** {@link #maskedFill(Tensor, boolean)} in place. */
  public Tensor maskedFill_(Tensor mask, boolean value) {
    return same(Ops.maskedFill(handle(), in(mask), value, true), mask);
  }

  /** this + {@code value} * {@code a} * {@code b}. Here {@code value} is 1. */
  public Tensor addcmul(Tensor a, Tensor b) {
    return wrap(Ops.addcmul(handle(), in(a), in(b)), this, a, b);
  }

  /** this + {@code value} * {@code a} * {@code b}. */
  public Tensor addcmul(Tensor a, Tensor b, double value) {
    return wrap(Ops.addcmul(handle(), in(a), in(b), value, false), this, a, b);
  }

  /** {@link #addcmul(Tensor, Tensor)} in place. */
  public Tensor addcmul_(Tensor a, Tensor b) {
    return addcmul_(a, b, 1);
  }

  /** {@link #addcmul(Tensor, Tensor, double)} in place. */
  public Tensor addcmul_(Tensor a, Tensor b, double value) {
    return same(Ops.addcmul(handle(), in(a), in(b), value, true), a, b);
  }

  /** this + {@code value} * {@code a} / {@code b}. Here {@code value} is 1. */
  public Tensor addcdiv(Tensor a, Tensor b) {
    return wrap(Ops.addcdiv(handle(), in(a), in(b)), this, a, b);
  }

  /** this + {@code value} * {@code a} / {@code b}. */
  public Tensor addcdiv(Tensor a, Tensor b, double value) {
    return wrap(Ops.addcdiv(handle(), in(a), in(b), value, false), this, a, b);
  }

  /** {@link #addcdiv(Tensor, Tensor)} in place. */
  public Tensor addcdiv_(Tensor a, Tensor b) {
    return addcdiv_(a, b, 1);
  }

  /** {@link #addcdiv(Tensor, Tensor, double)} in place. */
  public Tensor addcdiv_(Tensor a, Tensor b, double value) {
    return same(Ops.addcdiv(handle(), in(a), in(b), value, true), a, b);
  }

  /** this + {@code weight} * ({@code end} - this); {@code end} itself for a weight of 1. */
  public Tensor lerp(Tensor end, Tensor weight) {
    return wrap(Ops.lerp(handle(), in(end), in(weight)), this, end, weight);
  }

  /** {@link #lerp(Tensor, Tensor)} with a floating number. */
  public Tensor lerp(Tensor end, double weight) {
    return wrap(Ops.lerp(handle(), in(end), weight), this, end);
  }

  // ---- copy: Copies, conversions, and writes of whole tensors. ----

  /** The elements of this in order, without a copy where they lie so already. */
  public Tensor contiguous() {
    return wrap(Ops.contiguous(handle()), this);
  }

  /**
   * Writes the elements of {@code source} into this, converted, broadcast and moved. {@code nonBlocking}: a copy
   * between a dense tensor in pinned memory and one of its shape on a GPU is only queued on the current stream; until
   * that has been waited for, the elements on the CPU may be neither read nor written. Here {@code nonBlocking} is
   * false.
   */
  public Tensor copy_(Tensor source) {
    return same(Ops.copy_(handle(), in(source)), source);
  }

  /**
   * Writes the elements of {@code source} into this, converted, broadcast and moved. {@code nonBlocking}: a copy
   * between a dense tensor in pinned memory and one of its shape on a GPU is only queued on the current stream; until
   * that has been waited for, the elements on the CPU may be neither read nor written.
   */
  public Tensor copy_(Tensor source, boolean nonBlocking) {
    return same(Ops.copy_(handle(), in(source), nonBlocking), source);
  }

  /** Makes every element {@code value}, a number or a 0-d tensor. */
  public Tensor fill_(Tensor value) {
    return same(Ops.fill_(handle(), in(value)), value);
  }

  /** {@link #fill_(Tensor)} with a floating number. */
  public Tensor fill_(double value) {
    return same(Ops.fill_(handle(), value));
  }

  /** {@link #fill_(Tensor)} with an integer. */
  public Tensor fill_(long value) {
    return same(Ops.fill_(handle(), new Whole(value)));
  }

  /** {@link #fill_(Tensor)} with a truth value. */
  public Tensor fill_(boolean value) {
    return same(Ops.fill_(handle(), value));
  }

  /** Makes every element 0. */
  public Tensor zero_() {
    return same(Ops.zero_(handle()));
  }

  // ---- index: Elements by their places. ----

  /** The places that {@code index} (a vector of integers) lists along a dimension. */
  public Tensor indexSelect(long dim, Tensor index) {
    return wrap(Ops.indexSelect(handle(), dim, in(index)), this, index);
  }

  /** this with the slices of {@code source} added at the places that {@code index} lists along a dimension. */
  public Tensor indexAdd(long dim, Tensor index, Tensor source) {
    return wrap(Ops.indexAdd(handle(), dim, in(index), in(source)), this, index, source);
  }

  /** For each element of {@code index}, the element of this at that place along a dimension. */
  public Tensor gather(long dim, Tensor index) {
    return wrap(Ops.gather(handle(), dim, in(index)), this, index);
  }

  /** this with the elements of {@code source} at the places that {@code index} gives along a dimension. */
  public Tensor scatter(long dim, Tensor index, Tensor source) {
    return wrap(Ops.scatter(handle(), dim, in(index), in(source)), this, index, source);
  }

  /** scatter, adding instead of replacing. */
  public Tensor scatterAdd(long dim, Tensor index, Tensor source) {
    return wrap(Ops.scatterAdd(handle(), dim, in(index), in(source)), this, index, source);
  }

  /** The places of the elements that are not 0: int64 of shape [found, dim()]. */
  public Tensor nonzero() {
    return wrap(Ops.nonzero(handle()), this);
  }

  /** The elements where the mask (bool, broadcast) is true, as a vector. */
  public Tensor maskedSelect(Tensor mask) {
    return wrap(Ops.maskedSelect(handle(), in(mask)), this, mask);
  }

  // ---- inspect: A tensor's properties and single elements. ----

  /** Returns the sizes, as a fresh array. */
  public long[] shape() {
    return after(Ops.shape(handle()), this);
  }

  /** Returns the distances, in elements, between neighbours along each dimension. */
  public long[] stride() {
    return after(Ops.stride(handle()), this);
  }

  /** Returns the number of elements. */
  public long numel() {
    return after(Ops.numel(handle()), this);
  }

  /** Returns the number of dimensions. */
  public long dim() {
    return after(Ops.dim(handle()), this);
  }

  /** Returns how many elements of the storage precede the first one. */
  public long storageOffset() {
    return after(Ops.storageOffset(handle()), this);
  }

  /** Returns the type of the elements. */
  public DType dtype() {
    return DType.of(after(Ops.dtype(handle()), this));
  }

  /** Returns where the elements live. */
  public Device device() {
    return Device.ofCode(after(Ops.device(handle()), this));
  }

  /** Returns whether the elements lie in order without gaps. */
  public boolean isContiguous() {
    return after(Ops.isContiguous(handle()), this);
  }

  /** Returns whether this tensor lies in pinned memory of the CPU. */
  public boolean isPinned() {
    return after(Ops.isPinned(handle()), this);
  }

  /** Returns whether both look at the same memory. */
  public boolean sharesStorage(Tensor other) {
    return after(Ops.sharesStorage(handle(), in(other)), pair(this, other));
  }

  /**
   * Returns the only element as a double; {@link ShapeException} where there are none or several. For int64 beyond 2^53
   * see itemLong.
   */
  public double item() {
    return after(Ops.item(handle()), this);
  }

  /**
   * Returns the only element as a long, floating ones truncated; {@link ShapeException} where there are none or
   * several.
   */
  public long itemLong() {
    return after(Ops.itemLong(handle()), this);
  }

  // ---- matmul: Products; shapes in brackets. ----

  /**
   * The product of vectors, matrices or batches of matrices, by NumPy's rules. The name of its gradFn tells which:
   * DotBackward0, MvBackward0, MmBackward0, ...
   */
  public Tensor matmul(Tensor other) {
    return wrap(Ops.matmul(handle(), in(other)), this, other);
  }

  /** [n, k] times [k, m]. */
  public Tensor mm(Tensor other) {
    return wrap(Ops.mm(handle(), in(other)), this, other);
  }

  /** [b, n, k] times [b, k, m]. */
  public Tensor bmm(Tensor other) {
    return wrap(Ops.bmm(handle(), in(other)), this, other);
  }

  /** [n, k] times [k]. */
  public Tensor mv(Tensor vector) {
    return wrap(Ops.mv(handle(), in(vector)), this, vector);
  }

  /** [n] times [n], 0-d. */
  public Tensor dot(Tensor other) {
    return wrap(Ops.dot(handle(), in(other)), this, other);
  }

  /** [n] and [m] give [n, m], all products. */
  public Tensor outer(Tensor other) {
    return wrap(Ops.outer(handle(), in(other)), this, other);
  }

  /** this + {@code a} times {@code b} for matrices; this is broadcast. */
  public Tensor addmm(Tensor a, Tensor b) {
    return wrap(Ops.addmm(handle(), in(a), in(b)), this, a, b);
  }

  // ---- random: Random numbers: Philox, equal on every device; see manualSeed. ----

  /** Ones and zeros, 1 with the probability that each element of this gives; same dtype, zero gradient. */
  public Tensor bernoulli() {
    return wrap(Ops.bernoulli(handle()), this);
  }

  /** Fills with numbers equally likely in [{@code from}, {@code to}). Here {@code from} is 0, {@code to} is 1. */
  public Tensor uniform_() {
    return same(Ops.uniform_(handle()));
  }

  /** Fills with numbers equally likely in [{@code from}, {@code to}). Here {@code to} is 1. */
  public Tensor uniform_(double from) {
    return uniform_(from, 1);
  }

  /** Fills with numbers equally likely in [{@code from}, {@code to}). */
  public Tensor uniform_(double from, double to) {
    return same(Ops.uniform_(handle(), from, to));
  }

  /** Fills with normal numbers. Here {@code mean} is 0, {@code std} is 1. */
  public Tensor normal_() {
    return same(Ops.normal_(handle()));
  }

  /** Fills with normal numbers. Here {@code std} is 1. */
  public Tensor normal_(double mean) {
    return normal_(mean, 1);
  }

  /** Fills with normal numbers. */
  public Tensor normal_(double mean, double std) {
    return same(Ops.normal_(handle(), mean, std));
  }

  /** Fills with 1 with probability {@code p}, else 0. */
  public Tensor bernoulli_(double p) {
    return same(Ops.bernoulli_(handle(), p));
  }

  // ---- reduce: Over the given dimensions, which disappear or (keepdim) get size 1; none means all. ----

  /** The sum. Integers and bool add up as int64. */
  public Tensor sum(long... dims) {
    return sum(dims, false);
  }

  /** The sum. Integers and bool add up as int64. */
  public Tensor sum(long[] dims, boolean keepdim) {
    return wrap(Ops.sum(handle(), dims, keepdim), this);
  }

  /** {@link #sum(long[], boolean)} along one dimension. */
  public Tensor sum(long dim, boolean keepdim) {
    return sum(new long[] {dim}, keepdim);
  }

  /** The mean. Floating dtypes. */
  public Tensor mean(long... dims) {
    return mean(dims, false);
  }

  /** The mean. Floating dtypes. */
  public Tensor mean(long[] dims, boolean keepdim) {
    return wrap(Ops.mean(handle(), dims, keepdim), this);
  }

  /** {@link #mean(long[], boolean)} along one dimension. */
  public Tensor mean(long dim, boolean keepdim) {
    return mean(new long[] {dim}, keepdim);
  }

  /** The product. Integers and bool multiply as int64. */
  public Tensor prod(long... dims) {
    return prod(dims, false);
  }

  /** The product. Integers and bool multiply as int64. */
  public Tensor prod(long[] dims, boolean keepdim) {
    return wrap(Ops.prod(handle(), dims, keepdim), this);
  }

  /** {@link #prod(long[], boolean)} along one dimension. */
  public Tensor prod(long dim, boolean keepdim) {
    return prod(new long[] {dim}, keepdim);
  }

  /** The largest element; ties share the gradient equally. */
  public Tensor amax(long... dims) {
    return amax(dims, false);
  }

  /** The largest element; ties share the gradient equally. */
  public Tensor amax(long[] dims, boolean keepdim) {
    return wrap(Ops.amax(handle(), dims, keepdim), this);
  }

  /** {@link #amax(long[], boolean)} along one dimension. */
  public Tensor amax(long dim, boolean keepdim) {
    return amax(new long[] {dim}, keepdim);
  }

  /** The smallest element; ties share the gradient equally. */
  public Tensor amin(long... dims) {
    return amin(dims, false);
  }

  /** The smallest element; ties share the gradient equally. */
  public Tensor amin(long[] dims, boolean keepdim) {
    return wrap(Ops.amin(handle(), dims, keepdim), this);
  }

  /** {@link #amin(long[], boolean)} along one dimension. */
  public Tensor amin(long dim, boolean keepdim) {
    return amin(new long[] {dim}, keepdim);
  }

  /** The largest element of all, 0-d; ties share the gradient. */
  public Tensor max() {
    return wrap(Ops.max(handle()), this);
  }

  /** The smallest element of all, 0-d; ties share the gradient. */
  public Tensor min() {
    return wrap(Ops.min(handle()), this);
  }

  /** The largest elements along a dimension, and where they are; the gradient goes there. */
  public ValuesAndIndices max(long dim) {
    return ValuesAndIndices.of(wrapAll(Ops.maxAlong(handle(), dim), this));
  }

  /** The largest elements along a dimension, and where they are; the gradient goes there. */
  public ValuesAndIndices max(long dim, boolean keepdim) {
    return ValuesAndIndices.of(wrapAll(Ops.maxAlong(handle(), dim, keepdim), this));
  }

  /** The smallest elements along a dimension, and where they are; the gradient goes there. */
  public ValuesAndIndices min(long dim) {
    return ValuesAndIndices.of(wrapAll(Ops.minAlong(handle(), dim), this));
  }

  /** The smallest elements along a dimension, and where they are; the gradient goes there. */
  public ValuesAndIndices min(long dim, boolean keepdim) {
    return ValuesAndIndices.of(wrapAll(Ops.minAlong(handle(), dim, keepdim), this));
  }

  /** Where the first largest element of the flattened tensor is, as int64. */
  public Tensor argmax() {
    return wrap(Ops.argmax(handle()), this);
  }

  /** Where the first smallest element of the flattened tensor is, as int64. */
  public Tensor argmin() {
    return wrap(Ops.argmin(handle()), this);
  }

  /** Where the first largest elements along a dimension are, as int64. */
  public Tensor argmax(long dim) {
    return wrap(Ops.argmaxAlong(handle(), dim), this);
  }

  /** Where the first largest elements along a dimension are, as int64. */
  public Tensor argmax(long dim, boolean keepdim) {
    return wrap(Ops.argmaxAlong(handle(), dim, keepdim), this);
  }

  /** Where the first smallest elements along a dimension are, as int64. */
  public Tensor argmin(long dim) {
    return wrap(Ops.argminAlong(handle(), dim), this);
  }

  /** Where the first smallest elements along a dimension are, as int64. */
  public Tensor argmin(long dim, boolean keepdim) {
    return wrap(Ops.argminAlong(handle(), dim, keepdim), this);
  }

  /** Whether no element is 0, as bool. */
  public Tensor all(long... dims) {
    return all(dims, false);
  }

  /** Whether no element is 0, as bool. */
  public Tensor all(long[] dims, boolean keepdim) {
    return wrap(Ops.all(handle(), dims, keepdim), this);
  }

  /** {@link #all(long[], boolean)} along one dimension. */
  public Tensor all(long dim, boolean keepdim) {
    return all(new long[] {dim}, keepdim);
  }

  /** Whether some element is not 0, as bool. */
  public Tensor any(long... dims) {
    return any(dims, false);
  }

  /** Whether some element is not 0, as bool. */
  public Tensor any(long[] dims, boolean keepdim) {
    return wrap(Ops.any(handle(), dims, keepdim), this);
  }

  /** {@link #any(long[], boolean)} along one dimension. */
  public Tensor any(long dim, boolean keepdim) {
    return any(new long[] {dim}, keepdim);
  }

  /** The variance, dividing by n - {@code correction}. Here {@code correction} is 1. */
  public Tensor var(long... dims) {
    return var(dims, 1, false);
  }

  /** The variance, dividing by n - {@code correction}. */
  public Tensor var(long[] dims, double correction, boolean keepdim) {
    return wrap(Ops.var(handle(), dims, correction, keepdim), this);
  }

  /** {@link #var(long[], double, boolean)} along one dimension. */
  public Tensor var(long dim, boolean keepdim) {
    return var(new long[] {dim}, 1, keepdim);
  }

  /** The standard deviation, dividing by n - {@code correction}. Here {@code correction} is 1. */
  public Tensor std(long... dims) {
    return std(dims, 1, false);
  }

  /** The standard deviation, dividing by n - {@code correction}. */
  public Tensor std(long[] dims, double correction, boolean keepdim) {
    return wrap(Ops.std(handle(), dims, correction, keepdim), this);
  }

  /** {@link #std(long[], double, boolean)} along one dimension. */
  public Tensor std(long dim, boolean keepdim) {
    return std(new long[] {dim}, 1, keepdim);
  }

  /** The variance, dividing by n - {@code correction}, and the mean. Here {@code correction} is 1. */
  public VarMean varMean(long... dims) {
    return varMean(dims, 1, false);
  }

  /** The variance, dividing by n - {@code correction}, and the mean. */
  public VarMean varMean(long[] dims, double correction, boolean keepdim) {
    return VarMean.of(wrapAll(Ops.varMean(handle(), dims, correction, keepdim), this));
  }

  /** {@link #varMean(long[], double, boolean)} along one dimension. */
  public VarMean varMean(long dim, boolean keepdim) {
    return varMean(new long[] {dim}, 1, keepdim);
  }

  /** The standard deviation, dividing by n - {@code correction}, and the mean. Here {@code correction} is 1. */
  public StdMean stdMean(long... dims) {
    return stdMean(dims, 1, false);
  }

  /** The standard deviation, dividing by n - {@code correction}, and the mean. */
  public StdMean stdMean(long[] dims, double correction, boolean keepdim) {
    return StdMean.of(wrapAll(Ops.stdMean(handle(), dims, correction, keepdim), this));
  }

  /** {@link #stdMean(long[], double, boolean)} along one dimension. */
  public StdMean stdMean(long dim, boolean keepdim) {
    return stdMean(new long[] {dim}, 1, keepdim);
  }

  /** (sum |x|^p)^(1/p); {@code p} may be infinite. The subgradient at 0 is 0. Here {@code p} is 2. */
  public Tensor norm() {
    return wrap(Ops.norm(handle()), this);
  }

  /** (sum |x|^p)^(1/p); {@code p} may be infinite. The subgradient at 0 is 0. */
  public Tensor norm(double p, long... dims) {
    return norm(p, dims, false);
  }

  /** (sum |x|^p)^(1/p); {@code p} may be infinite. The subgradient at 0 is 0. */
  public Tensor norm(double p, long[] dims, boolean keepdim) {
    return wrap(Ops.norm(handle(), p, dims, keepdim), this);
  }

  /** {@link #norm(double, long[], boolean)} along one dimension. */
  public Tensor norm(double p, long dim, boolean keepdim) {
    return norm(p, new long[] {dim}, keepdim);
  }

  /** log(sum(exp(x))), without overflow. */
  public Tensor logsumexp(long... dims) {
    return logsumexp(dims, false);
  }

  /** log(sum(exp(x))), without overflow. */
  public Tensor logsumexp(long[] dims, boolean keepdim) {
    return wrap(Ops.logsumexp(handle(), dims, keepdim), this);
  }

  /** {@link #logsumexp(long[], boolean)} along one dimension. */
  public Tensor logsumexp(long dim, boolean keepdim) {
    return logsumexp(new long[] {dim}, keepdim);
  }

  /** Sums of all elements up to each place along a dimension. */
  public Tensor cumsum(long dim) {
    return wrap(Ops.cumsum(handle(), dim), this);
  }

  /** exp(x) divided by its sum along a dimension. */
  public Tensor softmax(long dim) {
    return wrap(Ops.softmax(handle(), dim), this);
  }

  /** The logarithm of softmax, without overflow. */
  public Tensor logSoftmax(long dim) {
    return wrap(Ops.logSoftmax(handle(), dim), this);
  }

  /** Whether shapes, dtypes and all elements are equal. */
  public boolean equal(Tensor other) {
    return after(Ops.equal(handle(), in(other)), pair(this, other));
  }

  /**
   * Whether |this - {@code other}| is at most {@code atol} + {@code rtol} * |{@code other}| everywhere; NaN equals NaN
   * only with {@code equalNan}. Here {@code rtol} is 1e-5, {@code atol} is 1e-8, {@code equalNan} is false.
   */
  public boolean allclose(Tensor other) {
    return after(Ops.allclose(handle(), in(other)), pair(this, other));
  }

  /**
   * Whether |this - {@code other}| is at most {@code atol} + {@code rtol} * |{@code other}| everywhere; NaN equals NaN
   * only with {@code equalNan}. Here {@code atol} is 1e-8, {@code equalNan} is false.
   */
  public boolean allclose(Tensor other, double rtol) {
    return allclose(other, rtol, 1e-8, false);
  }

  /**
   * Whether |this - {@code other}| is at most {@code atol} + {@code rtol} * |{@code other}| everywhere; NaN equals NaN
   * only with {@code equalNan}. Here {@code equalNan} is false.
   */
  public boolean allclose(Tensor other, double rtol, double atol) {
    return allclose(other, rtol, atol, false);
  }

  /**
   * Whether |this - {@code other}| is at most {@code atol} + {@code rtol} * |{@code other}| everywhere; NaN equals NaN
   * only with {@code equalNan}.
   */
  public boolean allclose(Tensor other, double rtol, double atol, boolean equalNan) {
    return after(Ops.allclose(handle(), in(other), rtol, atol, equalNan), pair(this, other));
  }

  // ---- shape: Elements in another arrangement, as copies. ----

  /** The whole tensor repeated along each dimension; new ones in front. */
  public Tensor repeat(long... repeats) {
    return wrap(Ops.repeat(handle(), given("repeats", repeats)), this);
  }

  /** The whole tensor repeated along each of the last dimensions; new ones in front where there are more counts. */
  public Tensor tile(long... dims) {
    return wrap(Ops.tile(handle(), given("dims", dims)), this);
  }

  /**
   * Elements moved along dimensions, those at an end coming in at the other.
   *
   * @param shifts how far, for each of {@code dims}; where there are none, the single number for the flattened tensor
   * @param dims which dimensions; one may come several times
   */
  public Tensor roll(long[] shifts, long[] dims) {
    return wrap(Ops.roll(handle(), given("shifts", shifts), given("dims", dims)), this);
  }

  /** Elements moved through the flattened tensor, those at an end coming in at the other. */
  public Tensor roll(long shift) {
    return wrap(Ops.roll(handle(), shift), this);
  }

  /** Elements moved along a dimension, those at an end coming in at the other. */
  public Tensor roll(long shift, long dim) {
    return wrap(Ops.roll(handle(), shift, dim), this);
  }

  /** The given dimensions in reverse order. */
  public Tensor flip(long... dims) {
    return wrap(Ops.flip(handle(), given("dims", dims)), this);
  }

  /**
   * The elements below and on the given diagonal, else 0; positive ones are above the main one. Here {@code diagonal}
   * is 0.
   */
  public Tensor tril() {
    return wrap(Ops.tril(handle()), this);
  }

  /** The elements below and on the given diagonal, else 0; positive ones are above the main one. */
  public Tensor tril(long diagonal) {
    return wrap(Ops.tril(handle(), diagonal), this);
  }

  /**
   * The elements above and on the given diagonal, else 0; positive ones are above the main one. Here {@code diagonal}
   * is 0.
   */
  public Tensor triu() {
    return wrap(Ops.triu(handle()), this);
  }

  /** The elements above and on the given diagonal, else 0; positive ones are above the main one. */
  public Tensor triu(long diagonal) {
    return wrap(Ops.triu(handle(), diagonal), this);
  }

  /**
   * A matrix with this vector on the given diagonal, or that diagonal of this matrix as a copy; positive ones are above
   * the main one. Here {@code diagonal} is 0.
   */
  public Tensor diag() {
    return wrap(Ops.diag(handle()), this);
  }

  /**
   * A matrix with this vector on the given diagonal, or that diagonal of this matrix as a copy; positive ones are above
   * the main one.
   */
  public Tensor diag(long diagonal) {
    return wrap(Ops.diag(handle(), diagonal), this);
  }

  // ---- sort: Orders along a dimension. ----

  /**
   * The elements in order along a dimension, and where they were, as int64; the gradient goes back there. NaN is
   * greater than all others. Equals stay in their order, whether or not {@code stable} asks for it. Here {@code dim} is
   * -1, {@code descending} is false, {@code stable} is false.
   */
  public ValuesAndIndices sort() {
    return ValuesAndIndices.of(wrapAll(Ops.sort(handle()), this));
  }

  /**
   * The elements in order along a dimension, and where they were, as int64; the gradient goes back there. NaN is
   * greater than all others. Equals stay in their order, whether or not {@code stable} asks for it. Here {@code
   * descending} is false, {@code stable} is false.
   */
  public ValuesAndIndices sort(long dim) {
    return sort(dim, false, false);
  }

  /**
   * The elements in order along a dimension, and where they were, as int64; the gradient goes back there. NaN is
   * greater than all others. Equals stay in their order, whether or not {@code stable} asks for it. Here {@code stable}
   * is false.
   */
  public ValuesAndIndices sort(long dim, boolean descending) {
    return sort(dim, descending, false);
  }

  /**
   * The elements in order along a dimension, and where they were, as int64; the gradient goes back there. NaN is
   * greater than all others. Equals stay in their order, whether or not {@code stable} asks for it.
   */
  public ValuesAndIndices sort(long dim, boolean descending, boolean stable) {
    return ValuesAndIndices.of(wrapAll(Ops.sort(handle(), dim, descending, stable), this));
  }

  /**
   * The {@code k} largest elements along a dimension, or the smallest, and where they were, as int64; the gradient goes
   * back there. In order, whether or not {@code sorted} asks for it; NaN is greater than all others. Here {@code dim}
   * is -1, {@code largest} is true, {@code sorted} is true.
   */
  public ValuesAndIndices topk(long k) {
    return ValuesAndIndices.of(wrapAll(Ops.topk(handle(), k), this));
  }

  /**
   * The {@code k} largest elements along a dimension, or the smallest, and where they were, as int64; the gradient goes
   * back there. In order, whether or not {@code sorted} asks for it; NaN is greater than all others. Here {@code
   * largest} is true, {@code sorted} is true.
   */
  public ValuesAndIndices topk(long k, long dim) {
    return topk(k, dim, true, true);
  }

  /**
   * The {@code k} largest elements along a dimension, or the smallest, and where they were, as int64; the gradient goes
   * back there. In order, whether or not {@code sorted} asks for it; NaN is greater than all others. Here {@code
   * sorted} is true.
   */
  public ValuesAndIndices topk(long k, long dim, boolean largest) {
    return topk(k, dim, largest, true);
  }

  /**
   * The {@code k} largest elements along a dimension, or the smallest, and where they were, as int64; the gradient goes
   * back there. In order, whether or not {@code sorted} asks for it; NaN is greater than all others.
   */
  public ValuesAndIndices topk(long k, long dim, boolean largest, boolean sorted) {
    return ValuesAndIndices.of(wrapAll(Ops.topk(handle(), k, dim, largest, sorted), this));
  }

  // ---- unary: Element by element; integers become float32 where the function is not an integer's. ----

  /** The opposite. */
  public Tensor neg() {
    return wrap(Ops.neg(handle()), this);
  }

  /** {@link #neg()} in place. */
  public Tensor neg_() {
    return same(Ops.neg(handle(), true));
  }

  /** The absolute value; gradient 0 at 0. */
  public Tensor abs() {
    return wrap(Ops.abs(handle()), this);
  }

  /** {@link #abs()} in place. */
  public Tensor abs_() {
    return same(Ops.abs(handle(), true));
  }

  /** -1, 0 or 1. */
  public Tensor sign() {
    return wrap(Ops.sign(handle()), this);
  }

  /** e to the power of each element. */
  public Tensor exp() {
    return wrap(Ops.exp(handle()), this);
  }

  /** {@link #exp()} in place. */
  public Tensor exp_() {
    return same(Ops.exp(handle(), true));
  }

  /** 2 to the power of each element. */
  public Tensor exp2() {
    return wrap(Ops.exp2(handle()), this);
  }

  /** exp(x) - 1, exact for small x. */
  public Tensor expm1() {
    return wrap(Ops.expm1(handle()), this);
  }

  /** The natural logarithm. */
  public Tensor log() {
    return wrap(Ops.log(handle()), this);
  }

  /** {@link #log()} in place. */
  public Tensor log_() {
    return same(Ops.log(handle(), true));
  }

  /** The logarithm to base 2. */
  public Tensor log2() {
    return wrap(Ops.log2(handle()), this);
  }

  /** The logarithm to base 10. */
  public Tensor log10() {
    return wrap(Ops.log10(handle()), this);
  }

  /** log(1 + x), exact for small x. */
  public Tensor log1p() {
    return wrap(Ops.log1p(handle()), this);
  }

  /**
   * log(x / (1 - x)), NaN outside [0, 1]. Where {@code eps} is not negative, x is first limited to [{@code eps}, 1 -
   * {@code eps}]. Here {@code eps} is -1.
   */
  public Tensor logit() {
    return wrap(Ops.logit(handle()), this);
  }

  /**
   * log(x / (1 - x)), NaN outside [0, 1]. Where {@code eps} is not negative, x is first limited to [{@code eps}, 1 -
   * {@code eps}].
   */
  public Tensor logit(double eps) {
    return wrap(Ops.logit(handle(), eps, false), this);
  }

  /** {@link #logit()} in place. */
  public Tensor logit_() {
    return logit_(-1);
  }

  /** {@link #logit(double)} in place. */
  public Tensor logit_(double eps) {
    return same(Ops.logit(handle(), eps, true));
  }

  /** The square root. */
  public Tensor sqrt() {
    return wrap(Ops.sqrt(handle()), this);
  }

  /** {@link #sqrt()} in place. */
  public Tensor sqrt_() {
    return same(Ops.sqrt(handle(), true));
  }

  /** 1 / sqrt(x). */
  public Tensor rsqrt() {
    return wrap(Ops.rsqrt(handle()), this);
  }

  /** 1 / x. */
  public Tensor reciprocal() {
    return wrap(Ops.reciprocal(handle()), this);
  }

  /** {@link #reciprocal()} in place. */
  public Tensor reciprocal_() {
    return same(Ops.reciprocal(handle(), true));
  }

  /** x * x. */
  public Tensor square() {
    return wrap(Ops.square(handle()), this);
  }

  /** {@link #square()} in place. */
  public Tensor square_() {
    return same(Ops.square(handle(), true));
  }

  /** The sine. */
  public Tensor sin() {
    return wrap(Ops.sin(handle()), this);
  }

  /** {@link #sin()} in place. */
  public Tensor sin_() {
    return same(Ops.sin(handle(), true));
  }

  /** The cosine. */
  public Tensor cos() {
    return wrap(Ops.cos(handle()), this);
  }

  /** {@link #cos()} in place. */
  public Tensor cos_() {
    return same(Ops.cos(handle(), true));
  }

  /** The tangent. */
  public Tensor tan() {
    return wrap(Ops.tan(handle()), this);
  }

  /** The arc sine. */
  public Tensor asin() {
    return wrap(Ops.asin(handle()), this);
  }

  /** The arc cosine. */
  public Tensor acos() {
    return wrap(Ops.acos(handle()), this);
  }

  /** The arc tangent. */
  public Tensor atan() {
    return wrap(Ops.atan(handle()), this);
  }

  /** The hyperbolic sine. */
  public Tensor sinh() {
    return wrap(Ops.sinh(handle()), this);
  }

  /** The hyperbolic cosine. */
  public Tensor cosh() {
    return wrap(Ops.cosh(handle()), this);
  }

  /** The hyperbolic tangent. */
  public Tensor tanh() {
    return wrap(Ops.tanh(handle()), this);
  }

  /** {@link #tanh()} in place. */
  public Tensor tanh_() {
    return same(Ops.tanh(handle(), true));
  }

  /** The error function. */
  public Tensor erf() {
    return wrap(Ops.erf(handle()), this);
  }

  /** 1 - erf(x), exact for large x. */
  public Tensor erfc() {
    return wrap(Ops.erfc(handle()), this);
  }

  /** The inverse of erf: infinite at 1 and -1, NaN beyond. */
  public Tensor erfinv() {
    return wrap(Ops.erfinv(handle()), this);
  }

  /** The next integer below; gradient 0. */
  public Tensor floor() {
    return wrap(Ops.floor(handle()), this);
  }

  /** The next integer above; gradient 0. */
  public Tensor ceil() {
    return wrap(Ops.ceil(handle()), this);
  }

  /** The nearest integer, halves to the even one; gradient 0. */
  public Tensor round() {
    return wrap(Ops.round(handle()), this);
  }

  /** The next integer towards 0; gradient 0. */
  public Tensor trunc() {
    return wrap(Ops.trunc(handle()), this);
  }

  /** Where elements are not a number, as bool. */
  public Tensor isnan() {
    return wrap(Ops.isnan(handle()), this);
  }

  /** Where elements are infinite, as bool. */
  public Tensor isinf() {
    return wrap(Ops.isinf(handle()), this);
  }

  /** Where elements are neither infinite nor NaN, as bool. */
  public Tensor isfinite() {
    return wrap(Ops.isfinite(handle()), this);
  }

  /** Where elements are 0, as bool. */
  public Tensor logicalNot() {
    return wrap(Ops.logicalNot(handle()), this);
  }

  /** All bits flipped; for bool the opposite. Integers and bool. */
  public Tensor bitwiseNot() {
    return wrap(Ops.bitwiseNot(handle()), this);
  }

  /** 1 / (1 + exp(-x)). */
  public Tensor sigmoid() {
    return wrap(Ops.sigmoid(handle()), this);
  }

  /** {@link #sigmoid()} in place. */
  public Tensor sigmoid_() {
    return same(Ops.sigmoid(handle(), true));
  }

  /** max(x, 0). */
  public Tensor relu() {
    return wrap(Ops.relu(handle()), this);
  }

  /** {@link #relu()} in place. */
  public Tensor relu_() {
    return same(Ops.relu(handle(), true));
  }

  /**
   * Limits each element to [{@code min}, {@code max}]; NaN stays, and as a bound gives NaN. Bounds are broadcast. For
   * one bound alone: clampMin, clampMax.
   */
  public Tensor clamp(Tensor min, Tensor max) {
    return wrap(Ops.clamp(handle(), in(min), in(max)), this, min, max);
  }

  /** {@link #clamp(Tensor, Tensor)} with floating numbers. */
  public Tensor clamp(double min, double max) {
    return wrap(Ops.clamp(handle(), min, max), this);
  }

  /** {@link #clamp(Tensor, Tensor)} with integers. */
  public Tensor clamp(long min, long max) {
    return wrap(Ops.clamp(handle(), new Whole(min), new Whole(max)), this);
  }

  /** {@link #clamp(Tensor, Tensor)} in place. */
  public Tensor clamp_(Tensor min, Tensor max) {
    return same(Ops.clamp(handle(), in(min), in(max), true), min, max);
  }

  /** {@link #clamp(double, double)} in place. */
  public Tensor clamp_(double min, double max) {
    return same(Ops.clamp(handle(), min, max, true));
  }

  /** {@link #clamp(long, long)} in place. */
  public Tensor clamp_(long min, long max) {
    return same(Ops.clamp(handle(), new Whole(min), new Whole(max), true));
  }

  /** At least {@code min}: clamp(min=...) in PyTorch. */
  public Tensor clampMin(Tensor min) {
    return wrap(Ops.clampMin(handle(), in(min)), this, min);
  }

  /** {@link #clampMin(Tensor)} with a floating number. */
  public Tensor clampMin(double min) {
    return wrap(Ops.clampMin(handle(), min), this);
  }

  /** {@link #clampMin(Tensor)} with an integer. */
  public Tensor clampMin(long min) {
    return wrap(Ops.clampMin(handle(), new Whole(min)), this);
  }

  /** {@link #clampMin(Tensor)} in place. */
  public Tensor clampMin_(Tensor min) {
    return same(Ops.clampMin(handle(), in(min), true), min);
  }

  /** {@link #clampMin(double)} in place. */
  public Tensor clampMin_(double min) {
    return same(Ops.clampMin(handle(), min, true));
  }

  /** {@link #clampMin(long)} in place. */
  public Tensor clampMin_(long min) {
    return same(Ops.clampMin(handle(), new Whole(min), true));
  }

  /** At most {@code max}: clamp(max=...) in PyTorch. */
  public Tensor clampMax(Tensor max) {
    return wrap(Ops.clampMax(handle(), in(max)), this, max);
  }

  /** {@link #clampMax(Tensor)} with a floating number. */
  public Tensor clampMax(double max) {
    return wrap(Ops.clampMax(handle(), max), this);
  }

  /** {@link #clampMax(Tensor)} with an integer. */
  public Tensor clampMax(long max) {
    return wrap(Ops.clampMax(handle(), new Whole(max)), this);
  }

  /** {@link #clampMax(Tensor)} in place. */
  public Tensor clampMax_(Tensor max) {
    return same(Ops.clampMax(handle(), in(max), true), max);
  }

  /** {@link #clampMax(double)} in place. */
  public Tensor clampMax_(double max) {
    return same(Ops.clampMax(handle(), max, true));
  }

  /** {@link #clampMax(long)} in place. */
  public Tensor clampMax_(long max) {
    return same(Ops.clampMax(handle(), new Whole(max), true));
  }

  // ---- view: Views, which share memory with their operand, unless said otherwise. ----

  /**
   * Another shape for the same elements; one size may be -1. {@link ShapeException} where the layout does not allow it:
   * reshape copies then.
   */
  public Tensor view(long... shape) {
    return wrap(Ops.view(handle(), given("shape", shape)), this);
  }

  /** Another shape for the same elements, a copy where the layout needs it; one size may be -1. */
  public Tensor reshape(long... shape) {
    return wrap(Ops.reshape(handle(), given("shape", shape)), this);
  }

  /** One dimension instead of {@code startDim} to {@code endDim}. Here {@code startDim} is 0, {@code endDim} is -1. */
  public Tensor flatten() {
    return wrap(Ops.flatten(handle()), this);
  }

  /** One dimension instead of {@code startDim} to {@code endDim}. Here {@code endDim} is -1. */
  public Tensor flatten(long startDim) {
    return flatten(startDim, -1);
  }

  /** One dimension instead of {@code startDim} to {@code endDim}. */
  public Tensor flatten(long startDim, long endDim) {
    return wrap(Ops.flatten(handle(), startDim, endDim), this);
  }

  /** A dimension seen as several; one size may be -1. */
  public Tensor unflatten(long dim, long... sizes) {
    return wrap(Ops.unflatten(handle(), dim, given("sizes", sizes)), this);
  }

  /** Without the dimensions whose size is 1. */
  public Tensor squeeze() {
    return wrap(Ops.squeeze(handle()), this);
  }

  /** Without the given dimensions where their size is 1; an empty array names none. */
  public Tensor squeeze(long... dims) {
    return wrap(Ops.squeeze(handle(), given("dims", dims)), this);
  }

  /** With a new dimension of size 1 at {@code dim}. */
  public Tensor unsqueeze(long dim) {
    return wrap(Ops.unsqueeze(handle(), dim), this);
  }

  /** The dimensions in another order. */
  public Tensor permute(long... dims) {
    return wrap(Ops.permute(handle(), given("dims", dims)), this);
  }

  /** Two dimensions exchanged. */
  public Tensor transpose(long dim0, long dim1) {
    return wrap(Ops.transpose(handle(), dim0, dim1), this);
  }

  /** A matrix transposed; a vector or number as it is. */
  public Tensor t() {
    return wrap(Ops.t(handle()), this);
  }

  /** One dimension moved to another place. */
  public Tensor movedim(long source, long destination) {
    return wrap(Ops.movedim(handle(), source, destination), this);
  }

  /** Dimensions of size 1 repeated without a copy, new ones in front; -1 keeps a size. */
  public Tensor expand(long... shape) {
    return wrap(Ops.expand(handle(), given("shape", shape)), this);
  }

  /** One place along a dimension, which disappears. */
  public Tensor select(long dim, long index) {
    return wrap(Ops.select(handle(), dim, index), this);
  }

  /** {@code length} places from {@code start} along a dimension. */
  public Tensor narrow(long dim, long start, long length) {
    return wrap(Ops.narrow(handle(), dim, start, length), this);
  }

  /**
   * The diagonal of two dimensions, which become the last one; above the main one where {@code offset} is positive.
   * Here {@code offset} is 0, {@code dim1} is 0, {@code dim2} is 1.
   */
  public Tensor diagonal() {
    return wrap(Ops.diagonal(handle()), this);
  }

  /**
   * The diagonal of two dimensions, which become the last one; above the main one where {@code offset} is positive.
   * Here {@code dim1} is 0, {@code dim2} is 1.
   */
  public Tensor diagonal(long offset) {
    return diagonal(offset, 0, 1);
  }

  /**
   * The diagonal of two dimensions, which become the last one; above the main one where {@code offset} is positive.
   * Here {@code dim2} is 1.
   */
  public Tensor diagonal(long offset, long dim1) {
    return diagonal(offset, dim1, 1);
  }

  /** The diagonal of two dimensions, which become the last one; above the main one where {@code offset} is positive. */
  public Tensor diagonal(long offset, long dim1, long dim2) {
    return wrap(Ops.diagonal(handle(), offset, dim1, dim2), this);
  }

  /** One tensor for each place along a dimension, which disappears. Here {@code dim} is 0. */
  public List<Tensor> unbind() {
    return wrapAll(Ops.unbind(handle()), this);
  }

  /** One tensor for each place along a dimension, which disappears. */
  public List<Tensor> unbind(long dim) {
    return wrapAll(Ops.unbind(handle(), dim), this);
  }

  /** Pieces of {@code size} places along a dimension, the last one maybe smaller. Here {@code dim} is 0. */
  public List<Tensor> split(long size) {
    return wrapAll(Ops.split(handle(), size), this);
  }

  /** Pieces of {@code size} places along a dimension, the last one maybe smaller. */
  public List<Tensor> split(long size, long dim) {
    return wrapAll(Ops.split(handle(), size, dim), this);
  }

  /**
   * At most {@code chunks} pieces of equal size along a dimension, the last one maybe smaller. Here {@code dim} is 0.
   */
  public List<Tensor> chunk(long chunks) {
    return wrapAll(Ops.chunk(handle(), chunks), this);
  }

  /** At most {@code chunks} pieces of equal size along a dimension, the last one maybe smaller. */
  public List<Tensor> chunk(long chunks, long dim) {
    return wrapAll(Ops.chunk(handle(), chunks, dim), this);
  }

  /**
   * A view with sizes, strides and an offset (from the first element of this) of one's own. Of a tensor that is not
   * contiguous it cannot be recorded. Here {@code offset} is 0.
   */
  public Tensor asStrided(long[] size, long[] stride) {
    return wrap(Ops.asStrided(handle(), given("size", size), given("stride", stride)), this);
  }

  /**
   * A view with sizes, strides and an offset (from the first element of this) of one's own. Of a tensor that is not
   * contiguous it cannot be recorded.
   */
  public Tensor asStrided(long[] size, long[] stride, long offset) {
    return wrap(Ops.asStrided(handle(), given("size", size), given("stride", stride), offset), this);
  }

  /** The same values outside the graph; shares memory and version counter. */
  public Tensor detach() {
    return wrap(Ops.detach(handle()), this);
  }

  // spotless:on
  // ---- end of what scripts/Facade.java wrote ----
}
