package io.retrograd;

import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT16;
import static io.retrograd.DType.INT32;
import static io.retrograd.DType.INT64;
import static io.retrograd.Literals.literal;
import static io.retrograd.Literals.make;
import static io.retrograd.Literals.scalar;
import static io.retrograd.internal.Arguments.given;
import static io.retrograd.internal.Bridge.after;
import static io.retrograd.internal.Bridge.handle;
import static io.retrograd.internal.Bridge.handles;
import static io.retrograd.internal.Bridge.pair;
import static io.retrograd.internal.Bridge.wrap;

import io.retrograd.internal.Bridge;
import io.retrograd.internal.Engine;
import io.retrograd.internal.Ops;
import io.retrograd.internal.Threads;
import io.retrograd.internal.Whole;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands directly in {@code torch}: functions that make tensors, combine several, and set modes. Functions whose
 * first argument is a tensor are methods of {@link Tensor}. Meant for static import:
 *
 * <pre>{@code
 * import static io.retrograd.DType.*;
 * import static io.retrograd.Retrograd.*;
 *
 * Tensor w = tensor(0.0, 1.0).requiresGrad_(true);
 * Tensor x = randn(options(FLOAT64).device("cuda:0"), 64, 3);
 * Tensor i = tensor(FLOAT32, 1, 2, 3);
 * }</pre>
 *
 * <p>Thread-safe. Shapes are sizes from the outermost dimension on; none means 0-d.
 */
public final class Retrograd {
  private static final TensorOptions DEFAULTS = new TensorOptions(null, null, false);

  private Retrograd() {}

  // ---- buffers: elements are copied ----

  /** A vector of int16 with what remains in a buffer of native byte order, whose position stays. */
  public static Tensor fromBuffer(ShortBuffer buffer) {
    return fromBuffer(buffer, INT16, new long[] {given("buffer", buffer).remaining()});
  }

  /** A tensor of int16 with what remains in a buffer of native byte order, whose position stays. */
  public static Tensor fromBuffer(ShortBuffer buffer, long... shape) {
    return fromBuffer(given("buffer", buffer), INT16, given(shape));
  }

  /** A vector of int32 with what remains in a buffer of native byte order, whose position stays. */
  public static Tensor fromBuffer(IntBuffer buffer) {
    return fromBuffer(buffer, INT32, new long[] {given("buffer", buffer).remaining()});
  }

  /** A tensor of int32 with what remains in a buffer of native byte order, whose position stays. */
  public static Tensor fromBuffer(IntBuffer buffer, long... shape) {
    return fromBuffer(given("buffer", buffer), INT32, given(shape));
  }

  /** A vector of int64 with what remains in a buffer of native byte order, whose position stays. */
  public static Tensor fromBuffer(LongBuffer buffer) {
    return fromBuffer(buffer, INT64, new long[] {given("buffer", buffer).remaining()});
  }

  /** A tensor of int64 with what remains in a buffer of native byte order, whose position stays. */
  public static Tensor fromBuffer(LongBuffer buffer, long... shape) {
    return fromBuffer(given("buffer", buffer), INT64, given(shape));
  }

  /** A vector of float32 with what remains in a buffer of native byte order, whose position stays. */
  public static Tensor fromBuffer(FloatBuffer buffer) {
    return fromBuffer(buffer, FLOAT32, new long[] {given("buffer", buffer).remaining()});
  }

  /** A tensor of float32 with what remains in a buffer of native byte order, whose position stays. */
  public static Tensor fromBuffer(FloatBuffer buffer, long... shape) {
    return fromBuffer(given("buffer", buffer), FLOAT32, given(shape));
  }

  /** A vector of float64 with what remains in a buffer of native byte order, whose position stays. */
  public static Tensor fromBuffer(DoubleBuffer buffer) {
    return fromBuffer(buffer, FLOAT64, new long[] {given("buffer", buffer).remaining()});
  }

  /** A tensor of float64 with what remains in a buffer of native byte order, whose position stays. */
  public static Tensor fromBuffer(DoubleBuffer buffer, long... shape) {
    return fromBuffer(given("buffer", buffer), FLOAT64, given(shape));
  }

  /**
   * A vector with the raw elements of the given type that remain in a buffer of native byte order, whose position
   * stays.
   */
  public static Tensor fromBuffer(ByteBuffer buffer, DType dtype) {
    return fromBuffer(
        buffer,
        dtype,
        given("buffer", buffer).remaining() / given("dtype", dtype).itemSize());
  }

  /** {@link #fromBuffer(ByteBuffer, DType)} in the given shape. */
  public static Tensor fromBuffer(ByteBuffer buffer, DType dtype, long... shape) {
    return fromBuffer((Buffer) given("buffer", buffer), given("dtype", dtype), given(shape));
  }

  // ---- creation: float32 on the default device unless the options say otherwise ----

  /** The numbers from 0 up to but without {@code end}, as int64. */
  public static Tensor arange(long end) {
    return arange(DEFAULTS, 0, end, 1);
  }

  /** The numbers from {@code start} up to but without {@code end}, as int64. */
  public static Tensor arange(long start, long end) {
    return arange(DEFAULTS, start, end, 1);
  }

  /** The numbers from {@code start} up to but without {@code end} by steps, as int64. */
  public static Tensor arange(long start, long end, long step) {
    return arange(DEFAULTS, start, end, step);
  }

  /** {@link #arange(long)} with options. */
  public static Tensor arange(Options options, long end) {
    return arange(options, 0, end, 1);
  }

  /** {@link #arange(long, long)} with options. */
  public static Tensor arange(Options options, long start, long end) {
    return arange(options, start, end, 1);
  }

  /** {@link #arange(long, long, long)} with options. */
  public static Tensor arange(Options options, long start, long end, long step) {
    return create(
        options,
        INT64,
        (dtype, device) ->
            Ops.arange(new Whole(start), new Whole(end), new Whole(step), dtype, device));
  }

  /** The numbers from 0 up to but without {@code end}, as float32. */
  public static Tensor arange(double end) {
    return arange(DEFAULTS, 0, end, 1);
  }

  /** The numbers from {@code start} up to but without {@code end}, as float32. */
  public static Tensor arange(double start, double end) {
    return arange(DEFAULTS, start, end, 1);
  }

  /** The numbers from {@code start} up to but without {@code end} by steps, as float32. */
  public static Tensor arange(double start, double end, double step) {
    return arange(DEFAULTS, start, end, step);
  }

  /** {@link #arange(double)} with options. */
  public static Tensor arange(Options options, double end) {
    return arange(options, 0, end, 1);
  }

  /** {@link #arange(double, double)} with options. */
  public static Tensor arange(Options options, double start, double end) {
    return arange(options, start, end, 1);
  }

  /** {@link #arange(double, double, double)} with options. */
  public static Tensor arange(Options options, double start, double end, double step) {
    return create(options, FLOAT32, (dtype, device) -> Ops.arange(start, end, step, dtype, device));
  }

  /** The identity matrix. */
  public static Tensor eye(long n) {
    return eye(n, n);
  }

  /** {@link #eye(long)} with options. */
  public static Tensor eye(Options options, long n) {
    return eye(options, n, n);
  }

  /** {@link #empty(long...)} in the shape, dtype and device of another tensor. */
  public static Tensor emptyLike(Tensor input) {
    return empty(like(input), input.shape());
  }

  /** {@link #zeros(long...)} in the shape, dtype and device of another tensor. */
  public static Tensor zerosLike(Tensor input) {
    return zeros(like(input), input.shape());
  }

  /** {@link #ones(long...)} in the shape, dtype and device of another tensor. */
  public static Tensor onesLike(Tensor input) {
    return ones(like(input), input.shape());
  }

  /** {@link #rand(long...)} in the shape, dtype and device of another tensor. */
  public static Tensor randLike(Tensor input) {
    return rand(like(input), input.shape());
  }

  /** {@link #randn(long...)} in the shape, dtype and device of another tensor. */
  public static Tensor randnLike(Tensor input) {
    return randn(like(input), input.shape());
  }

  /** One value everywhere, in the shape, dtype and device of another tensor. */
  public static Tensor fullLike(Tensor input, double value) {
    return full(like(input), input.shape(), value);
  }

  /** One value everywhere, in the shape, dtype and device of another tensor. */
  public static Tensor fullLike(Tensor input, long value) {
    return full(like(input), input.shape(), value);
  }

  /** Random integers in [low, high), in the shape, dtype and device of another tensor. */
  public static Tensor randintLike(Tensor input, long low, long high) {
    return randint(like(input), low, high, input.shape());
  }

  /** Options to refine: float32 (or what a literal suggests), on the default device, without gradient. */
  public static TensorOptions options() {
    return DEFAULTS;
  }

  /** Options with a type. */
  public static TensorOptions options(DType dtype) {
    return given("dtype", dtype).toOptions();
  }

  /** Options with a device. */
  public static TensorOptions options(Device device) {
    return given("device", device).toOptions();
  }

  // ---- modes of the calling thread ----

  /** Without recording: results require no gradient. For try-with-resources. */
  public static GradMode noGrad() {
    return GradMode.of(false);
  }

  /** Runs an action in {@link #noGrad()}. */
  public static void noGrad(Runnable action) {
    given("action", action);
    try (GradMode mode = noGrad()) {
      action.run();
    }
  }

  /** Runs an action in {@link #noGrad()} and returns its result. */
  public static <T extends @Nullable Object> T noGrad(Supplier<T> action) {
    given("action", action);
    try (GradMode mode = noGrad()) {
      return action.get();
    }
  }

  /** Returns a function that runs in {@link #noGrad()} each time. */
  public static <A extends @Nullable Object, B extends @Nullable Object> Function<A, B> noGrad(
      Function<A, B> function) {
    given("function", function);
    return argument -> {
      try (GradMode mode = noGrad()) {
        return function.apply(argument);
      }
    };
  }

  /** With recording again, inside {@link #noGrad()}; without effect inside {@link #inferenceMode()}. For try-with-resources. */
  public static GradMode enableGrad() {
    return GradMode.of(true);
  }

  /** Runs an action in {@link #enableGrad()}. */
  public static void enableGrad(Runnable action) {
    given("action", action);
    try (GradMode mode = enableGrad()) {
      action.run();
    }
  }

  /** Runs an action in {@link #enableGrad()} and returns its result. */
  public static <T extends @Nullable Object> T enableGrad(Supplier<T> action) {
    given("action", action);
    try (GradMode mode = enableGrad()) {
      return action.get();
    }
  }

  /** Returns a function that runs in {@link #enableGrad()} each time. */
  public static <A extends @Nullable Object, B extends @Nullable Object> Function<A, B> enableGrad(
      Function<A, B> function) {
    given("function", function);
    return argument -> {
      try (GradMode mode = enableGrad()) {
        return function.apply(argument);
      }
    };
  }

  /** Without recording and bookkeeping: the results can take no part in a graph later. For try-with-resources. */
  public static GradMode inferenceMode() {
    return GradMode.inference();
  }

  /** Runs an action in {@link #inferenceMode()}. */
  public static void inferenceMode(Runnable action) {
    given("action", action);
    try (GradMode mode = inferenceMode()) {
      action.run();
    }
  }

  /** Runs an action in {@link #inferenceMode()} and returns its result. */
  public static <T extends @Nullable Object> T inferenceMode(Supplier<T> action) {
    given("action", action);
    try (GradMode mode = inferenceMode()) {
      return action.get();
    }
  }

  /** Returns a function that runs in {@link #inferenceMode()} each time. */
  public static <A extends @Nullable Object, B extends @Nullable Object>
      Function<A, B> inferenceMode(Function<A, B> function) {
    given("function", function);
    return argument -> {
      try (GradMode mode = inferenceMode()) {
        return function.apply(argument);
      }
    };
  }

  /** Turns recording on or off. For try-with-resources; unless closed it stays so. */
  public static GradMode setGradEnabled(boolean enabled) {
    return GradMode.of(enabled);
  }

  /**
   * Chooses, for all threads, how products of float32 matrices may be computed on a GPU: {@code "highest"} (at first) in
   * float32; {@code "high"} and {@code "medium"} may round the operands to TF32, whose fraction has 10 bits, which is
   * several times as fast.
   *
   * @param precision one of the three
   * @throws IllegalArgumentException for any other text
   */
  public static void setFloat32MatmulPrecision(String precision) {
    Engine.setFloat32MatmulPrecision(given("precision", precision));
  }

  /** Returns what {@link #setFloat32MatmulPrecision} chose. */
  public static String getFloat32MatmulPrecision() {
    return Engine.float32MatmulPrecision();
  }

  /**
   * {@link #setFloat32MatmulPrecision} by another name of PyTorch's: {@code "high"} or {@code "highest"}.
   *
   * @param allowed whether products may use TF32
   */
  public static void setAllowTf32(boolean allowed) {
    setFloat32MatmulPrecision(allowed ? "high" : "highest");
  }

  /** Returns whether products of float32 matrices may use TF32. */
  public static boolean allowTf32() {
    return !getFloat32MatmulPrecision().equals("highest");
  }

  /**
   * Queues the calling thread's work for a GPU on one of its streams, until the guard is closed.
   *
   * @param stream of the device in question
   */
  public static Stream.Guard stream(Stream stream) {
    return new Stream.Guard(given("stream", stream));
  }

  /** Returns whether the calling thread records. */
  public static boolean isGradEnabled() {
    return Engine.gradEnabled();
  }

  /** Returns whether the calling thread is in {@link #inferenceMode()}. */
  public static boolean isInferenceModeEnabled() {
    return Engine.inferenceEnabled();
  }

  /**
   * Chooses the device of the tensors that the calling thread makes without naming one. Every thread starts with the
   * device that the system property {@code retrograd.device} names, such as {@code cuda:0}; without it, with the CPU.
   *
   * @param device where
   *
   * @throws DeviceException where that device does not exist here
   * @throws IllegalStateException on a virtual thread, which keeps the one that it starts with
   */
  public static void setDefaultDevice(Device device) {
    Threads.setDevice(given("device", device).code());
  }

  /** Returns the device of the tensors that the calling thread makes without naming one. */
  public static Device getDefaultDevice() {
    return Device.ofThread();
  }

  // ---- the library ----

  /**
   * Restarts the random numbers. The same seed gives the same ones on every device and with every number of threads;
   * they are not PyTorch's.
   */
  public static void manualSeed(long seed) {
    Ops.manualSeed(seed);
  }

  /** Returns the seed that the random numbers started from. */
  public static long initialSeed() {
    return Ops.initialSeed();
  }

  /** Returns how many threads one operation may use. */
  public static int getNumThreads() {
    return (int) Engine.numThreads();
  }

  /** Sets how many threads one operation may use, at least 1. Results do not depend on it. */
  public static void setNumThreads(int n) {
    if (n < 1) throw new IllegalArgumentException("setNumThreads: at least 1 is needed, not " + n);
    Engine.setNumThreads(n);
  }

  // ---- helpers ----

  @FunctionalInterface
  private interface Maker {
    long make(int dtype, int device);
  }

  private static Tensor create(Options options, DType dtype, Maker maker) {
    TensorOptions o = of(options);
    int type = (o.dtype() != null ? o.dtype() : dtype).ordinal();
    return Literals.finish(o, maker.make(type, Literals.device(o)));
  }

  private static Tensor fromBuffer(Buffer buffer, DType dtype, long[] shape) {
    return wrap(Elements.fromBuffer(buffer, dtype.ordinal(), shape, Literals.device(DEFAULTS)));
  }

  private static TensorOptions of(Options options) {
    return given("options", options).toOptions();
  }

  private static TensorOptions like(Tensor input) {
    given("input", input);
    return new TensorOptions(input.dtype(), input.device(), false);
  }

  // ---- from native/ops, written by scripts/Facade.java ----
  // spotless:off

  // ---- binary: Shapes are broadcast; the dtype is the promoted one, to which a number counts only by its category. ----

  /** {@code a} where the condition (bool) is true, else {@code b}; all are broadcast. */
  public static Tensor where(Tensor condition, Tensor a, Tensor b) {
    return wrap(Ops.where(handle("condition", condition), handle("a", a), handle("b", b)), condition, a, b);
  }

  /** {@link #where(Tensor, Tensor, Tensor)} with a floating number. */
  public static Tensor where(Tensor condition, Tensor a, double b) {
    return wrap(Ops.where(handle("condition", condition), handle("a", a), b), condition, a);
  }

  /** {@link #where(Tensor, Tensor, Tensor)} with an integer. */
  public static Tensor where(Tensor condition, Tensor a, long b) {
    return wrap(Ops.where(handle("condition", condition), handle("a", a), new Whole(b)), condition, a);
  }

  /** {@link #where(Tensor, Tensor, Tensor)} with a floating number. */
  public static Tensor where(Tensor condition, double a, Tensor b) {
    return wrap(Ops.where(handle("condition", condition), a, handle("b", b)), condition, b);
  }

  /** {@link #where(Tensor, Tensor, Tensor)} with floating numbers. */
  public static Tensor where(Tensor condition, double a, double b) {
    return wrap(Ops.where(handle("condition", condition), a, b), condition);
  }

  /** {@link #where(Tensor, Tensor, Tensor)} with an integer. */
  public static Tensor where(Tensor condition, long a, Tensor b) {
    return wrap(Ops.where(handle("condition", condition), new Whole(a), handle("b", b)), condition, b);
  }

  /** {@link #where(Tensor, Tensor, Tensor)} with integers. */
  public static Tensor where(Tensor condition, long a, long b) {
    return wrap(Ops.where(handle("condition", condition), new Whole(a), new Whole(b)), condition);
  }

  // ---- creation: Dense tensors outside any graph. ----

  /** Elements of any value; of bool, false: no other byte is one. */
  public static Tensor empty(long... shape) {
    return empty(DEFAULTS, shape);
  }

  /** {@link #empty(long...)} with options. */
  public static Tensor empty(Options options, long... shape) {
    return create(options, DType.FLOAT32, (dtype, device) -> Ops.empty(given("shape", shape), dtype, device));
  }

  /** Zeros. */
  public static Tensor zeros(long... shape) {
    return zeros(DEFAULTS, shape);
  }

  /** {@link #zeros(long...)} with options. */
  public static Tensor zeros(Options options, long... shape) {
    return create(options, DType.FLOAT32, (dtype, device) -> Ops.zeros(given("shape", shape), dtype, device));
  }

  /** Ones. */
  public static Tensor ones(long... shape) {
    return ones(DEFAULTS, shape);
  }

  /** {@link #ones(long...)} with options. */
  public static Tensor ones(Options options, long... shape) {
    return create(options, DType.FLOAT32, (dtype, device) -> Ops.ones(given("shape", shape), dtype, device));
  }

  /** One value everywhere. */
  public static Tensor full(long[] shape, double value) {
    return full(DEFAULTS, shape, value);
  }

  /** {@link #full(long[], double)} with options. */
  public static Tensor full(Options options, long[] shape, double value) {
    return create(options, DType.FLOAT32, (dtype, device) -> Ops.full(given("shape", shape), value, dtype, device));
  }

  /** One value everywhere. The dtype is int64. */
  public static Tensor full(long[] shape, long value) {
    return full(DEFAULTS, shape, value);
  }

  /** {@link #full(long[], long)} with options. */
  public static Tensor full(Options options, long[] shape, long value) {
    return create(options, DType.INT64, (dtype, device) ->
        Ops.full(given("shape", shape), new Whole(value), dtype, device));
  }

  /** One value everywhere. The dtype is bool. */
  public static Tensor full(long[] shape, boolean value) {
    return full(DEFAULTS, shape, value);
  }

  /** {@link #full(long[], boolean)} with options. */
  public static Tensor full(Options options, long[] shape, boolean value) {
    return create(options, DType.BOOL, (dtype, device) -> Ops.full(given("shape", shape), value, dtype, device));
  }

  /**
   * {@code steps} numbers at equal distances, both ends included; symmetric: the second half is counted from {@code
   * end}.
   */
  public static Tensor linspace(double start, double end, long steps) {
    return linspace(DEFAULTS, start, end, steps);
  }

  /** {@link #linspace(double, double, long)} with options. */
  public static Tensor linspace(Options options, double start, double end, long steps) {
    return create(options, DType.FLOAT32, (dtype, device) -> Ops.linspace(start, end, steps, dtype, device));
  }

  /** Ones on the diagonal of an [n, m] matrix, else zeros. */
  public static Tensor eye(long n, long m) {
    return eye(DEFAULTS, n, m);
  }

  /** {@link #eye(long, long)} with options. */
  public static Tensor eye(Options options, long n, long m) {
    return create(options, DType.FLOAT32, (dtype, device) -> Ops.eye(n, m, dtype, device));
  }

  // ---- distance: Distances of vectors. ----

  /**
   * The distance, by the {@code p}-norm, of each row of {@code x1} [..., n, size] from each row of {@code x2} [..., m,
   * size]: [..., n, m]. Floating, of one dtype; leading sizes are broadcast. {@code p} is at least 0 and may be
   * infinite; 0 counts where elements differ. The subgradient at distance 0 is 0; where p is infinite all largest
   * elements get the whole gradient. Here {@code p} is 2.
   */
  public static Tensor cdist(Tensor x1, Tensor x2) {
    return wrap(Ops.cdist(handle("x1", x1), handle("x2", x2)), x1, x2);
  }

  /**
   * The distance, by the {@code p}-norm, of each row of {@code x1} [..., n, size] from each row of {@code x2} [..., m,
   * size]: [..., n, m]. Floating, of one dtype; leading sizes are broadcast. {@code p} is at least 0 and may be
   * infinite; 0 counts where elements differ. The subgradient at distance 0 is 0; where p is infinite all largest
   * elements get the whole gradient.
   */
  public static Tensor cdist(Tensor x1, Tensor x2, double p) {
    return wrap(Ops.cdist(handle("x1", x1), handle("x2", x2), p), x1, x2);
  }

  // ---- inspect: A tensor's properties and single elements. ----

  /** Returns the dtype of the result of an operation on both. */
  public static DType resultType(Tensor a, Tensor b) {
    return DType.of(after(Ops.resultType(handle("a", a), handle("b", b)), pair(a, b)));
  }

  // ---- random: Random numbers: Philox, equal on every device; see manualSeed. ----

  /** Random numbers equally likely in [0, 1). */
  public static Tensor rand(long... shape) {
    return rand(DEFAULTS, shape);
  }

  /** {@link #rand(long...)} with options. */
  public static Tensor rand(Options options, long... shape) {
    return create(options, DType.FLOAT32, (dtype, device) -> Ops.rand(given("shape", shape), dtype, device));
  }

  /** Random normal numbers of mean 0 and variance 1. */
  public static Tensor randn(long... shape) {
    return randn(DEFAULTS, shape);
  }

  /** {@link #randn(long...)} with options. */
  public static Tensor randn(Options options, long... shape) {
    return create(options, DType.FLOAT32, (dtype, device) -> Ops.randn(given("shape", shape), dtype, device));
  }

  /**
   * Random integers in [{@code low}, {@code high}). Throws {@link IllegalArgumentException} where the dtype cannot hold
   * them all. The dtype is int64.
   */
  public static Tensor randint(long low, long high, long... shape) {
    return randint(DEFAULTS, low, high, shape);
  }

  /** {@link #randint(long, long, long...)} with options. */
  public static Tensor randint(Options options, long low, long high, long... shape) {
    return create(options, DType.INT64, (dtype, device) ->
        Ops.randint(low, high, given("shape", shape), dtype, device));
  }

  /** The integers 0 to {@code n} - 1 in random order. The dtype is int64. */
  public static Tensor randperm(long n) {
    return randperm(DEFAULTS, n);
  }

  /** {@link #randperm(long)} with options. */
  public static Tensor randperm(Options options, long n) {
    return create(options, DType.INT64, (dtype, device) -> Ops.randperm(n, dtype, device));
  }

  // ---- shape: Elements in another arrangement, as copies. ----

  /** Tensors one after the other along a dimension; the other sizes must agree. Here {@code dim} is 0. */
  public static Tensor cat(List<Tensor> tensors) {
    return wrap(Ops.cat(handles("tensors", tensors)), tensors);
  }

  /** Tensors one after the other along a dimension; the other sizes must agree. Here {@code dim} is 0. */
  public static Tensor cat(Tensor... tensors) {
    return cat(Bridge.listOf("tensors", tensors));
  }

  /** Tensors one after the other along a dimension; the other sizes must agree. */
  public static Tensor cat(List<Tensor> tensors, long dim) {
    return wrap(Ops.cat(handles("tensors", tensors), dim), tensors);
  }

  /** Tensors of one shape side by side along a new dimension. Here {@code dim} is 0. */
  public static Tensor stack(List<Tensor> tensors) {
    return wrap(Ops.stack(handles("tensors", tensors)), tensors);
  }

  /** Tensors of one shape side by side along a new dimension. Here {@code dim} is 0. */
  public static Tensor stack(Tensor... tensors) {
    return stack(Bridge.listOf("tensors", tensors));
  }

  /** Tensors of one shape side by side along a new dimension. */
  public static Tensor stack(List<Tensor> tensors, long dim) {
    return wrap(Ops.stack(handles("tensors", tensors), dim), tensors);
  }

  // spotless:on
  // ---- end of what scripts/Facade.java wrote ----

  // ---- from Java's types, written by scripts/Facade.java ----
  // spotless:off

  /** A 0-d tensor: truth value, as bool. */
  public static Tensor tensor(boolean value) {
    return scalar(DEFAULTS, new boolean[] {value}, DType.BOOL);
  }

  /** {@link #tensor(boolean)} with options. */
  public static Tensor tensor(Options options, boolean value) {
    return scalar(of(options), new boolean[] {value}, DType.BOOL);
  }

  /** A vector of truth values, as bool. */
  public static Tensor tensor(boolean... values) {
    return literal(DEFAULTS, values, DType.BOOL);
  }

  /** {@link #tensor(boolean...)} with options. */
  public static Tensor tensor(Options options, boolean... values) {
    return literal(of(options), values, DType.BOOL);
  }

  /** A 0-d tensor: floating number, as float32. */
  public static Tensor tensor(double value) {
    return scalar(DEFAULTS, new double[] {value}, DType.FLOAT32);
  }

  /** {@link #tensor(double)} with options. */
  public static Tensor tensor(Options options, double value) {
    return scalar(of(options), new double[] {value}, DType.FLOAT32);
  }

  /** A vector of floating numbers, as float32. */
  public static Tensor tensor(double... values) {
    return literal(DEFAULTS, values, DType.FLOAT32);
  }

  /** {@link #tensor(double...)} with options. */
  public static Tensor tensor(Options options, double... values) {
    return literal(of(options), values, DType.FLOAT32);
  }

  /** A 0-d tensor: integer, as int64. */
  public static Tensor tensor(long value) {
    return scalar(DEFAULTS, new long[] {value}, DType.INT64);
  }

  /** {@link #tensor(long)} with options. */
  public static Tensor tensor(Options options, long value) {
    return scalar(of(options), new long[] {value}, DType.INT64);
  }

  /** A vector of integers, as int64. */
  public static Tensor tensor(long... values) {
    return literal(DEFAULTS, values, DType.INT64);
  }

  /** {@link #tensor(long...)} with options. */
  public static Tensor tensor(Options options, long... values) {
    return literal(of(options), values, DType.INT64);
  }

  /** A vector, as float32. */
  public static Tensor tensor(float[] values) {
    return literal(DEFAULTS, values, DType.FLOAT32);
  }

  /** {@link #tensor(float[])} with options. */
  public static Tensor tensor(Options options, float[] values) {
    return literal(of(options), values, DType.FLOAT32);
  }

  /** A matrix, as float32; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(float[][] values) {
    return literal(DEFAULTS, values, DType.FLOAT32);
  }

  /** {@link #tensor(float[][])} with options. */
  public static Tensor tensor(Options options, float[][] values) {
    return literal(of(options), values, DType.FLOAT32);
  }

  /** A 3-d tensor, as float32; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(float[][][] values) {
    return literal(DEFAULTS, values, DType.FLOAT32);
  }

  /** {@link #tensor(float[][][])} with options. */
  public static Tensor tensor(Options options, float[][][] values) {
    return literal(of(options), values, DType.FLOAT32);
  }

  /** A 4-d tensor, as float32; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(float[][][][] values) {
    return literal(DEFAULTS, values, DType.FLOAT32);
  }

  /** {@link #tensor(float[][][][])} with options. */
  public static Tensor tensor(Options options, float[][][][] values) {
    return literal(of(options), values, DType.FLOAT32);
  }

  /** A matrix, as float32; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(double[][] values) {
    return literal(DEFAULTS, values, DType.FLOAT32);
  }

  /** {@link #tensor(double[][])} with options. */
  public static Tensor tensor(Options options, double[][] values) {
    return literal(of(options), values, DType.FLOAT32);
  }

  /** A 3-d tensor, as float32; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(double[][][] values) {
    return literal(DEFAULTS, values, DType.FLOAT32);
  }

  /** {@link #tensor(double[][][])} with options. */
  public static Tensor tensor(Options options, double[][][] values) {
    return literal(of(options), values, DType.FLOAT32);
  }

  /** A 4-d tensor, as float32; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(double[][][][] values) {
    return literal(DEFAULTS, values, DType.FLOAT32);
  }

  /** {@link #tensor(double[][][][])} with options. */
  public static Tensor tensor(Options options, double[][][][] values) {
    return literal(of(options), values, DType.FLOAT32);
  }

  /** A vector, as int64. */
  public static Tensor tensor(int[] values) {
    return literal(DEFAULTS, values, DType.INT64);
  }

  /** {@link #tensor(int[])} with options. */
  public static Tensor tensor(Options options, int[] values) {
    return literal(of(options), values, DType.INT64);
  }

  /** A matrix, as int64; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(int[][] values) {
    return literal(DEFAULTS, values, DType.INT64);
  }

  /** {@link #tensor(int[][])} with options. */
  public static Tensor tensor(Options options, int[][] values) {
    return literal(of(options), values, DType.INT64);
  }

  /** A 3-d tensor, as int64; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(int[][][] values) {
    return literal(DEFAULTS, values, DType.INT64);
  }

  /** {@link #tensor(int[][][])} with options. */
  public static Tensor tensor(Options options, int[][][] values) {
    return literal(of(options), values, DType.INT64);
  }

  /** A 4-d tensor, as int64; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(int[][][][] values) {
    return literal(DEFAULTS, values, DType.INT64);
  }

  /** {@link #tensor(int[][][][])} with options. */
  public static Tensor tensor(Options options, int[][][][] values) {
    return literal(of(options), values, DType.INT64);
  }

  /** A matrix, as int64; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(long[][] values) {
    return literal(DEFAULTS, values, DType.INT64);
  }

  /** {@link #tensor(long[][])} with options. */
  public static Tensor tensor(Options options, long[][] values) {
    return literal(of(options), values, DType.INT64);
  }

  /** A 3-d tensor, as int64; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(long[][][] values) {
    return literal(DEFAULTS, values, DType.INT64);
  }

  /** {@link #tensor(long[][][])} with options. */
  public static Tensor tensor(Options options, long[][][] values) {
    return literal(of(options), values, DType.INT64);
  }

  /** A 4-d tensor, as int64; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(long[][][][] values) {
    return literal(DEFAULTS, values, DType.INT64);
  }

  /** {@link #tensor(long[][][][])} with options. */
  public static Tensor tensor(Options options, long[][][][] values) {
    return literal(of(options), values, DType.INT64);
  }

  /** A matrix, as bool; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(boolean[][] values) {
    return literal(DEFAULTS, values, DType.BOOL);
  }

  /** {@link #tensor(boolean[][])} with options. */
  public static Tensor tensor(Options options, boolean[][] values) {
    return literal(of(options), values, DType.BOOL);
  }

  /** A 3-d tensor, as bool; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(boolean[][][] values) {
    return literal(DEFAULTS, values, DType.BOOL);
  }

  /** {@link #tensor(boolean[][][])} with options. */
  public static Tensor tensor(Options options, boolean[][][] values) {
    return literal(of(options), values, DType.BOOL);
  }

  /** A 4-d tensor, as bool; {@link ShapeException} where the rows differ in length. */
  public static Tensor tensor(boolean[][][][] values) {
    return literal(DEFAULTS, values, DType.BOOL);
  }

  /** {@link #tensor(boolean[][][][])} with options. */
  public static Tensor tensor(Options options, boolean[][][][] values) {
    return literal(of(options), values, DType.BOOL);
  }

  /** A vector of bool with the elements of an array. */
  public static Tensor fromArray(boolean[] array) {
    return make(DEFAULTS, array, DType.BOOL, given("array", array).length);
  }

  /** {@link #fromArray(boolean[])} with options. */
  public static Tensor fromArray(Options options, boolean[] array) {
    return make(of(options), array, DType.BOOL, given("array", array).length);
  }

  /** A tensor of bool with the elements of an array, in order. */
  public static Tensor fromArray(boolean[] array, long... shape) {
    return make(DEFAULTS, given("array", array), DType.BOOL, given(shape));
  }

  /** {@link #fromArray(boolean[], long...)} with options. */
  public static Tensor fromArray(Options options, boolean[] array, long... shape) {
    return make(of(options), given("array", array), DType.BOOL, given(shape));
  }

  /** A vector of uint8 with the elements of an array. */
  public static Tensor fromArray(byte[] array) {
    return make(DEFAULTS, array, DType.UINT8, given("array", array).length);
  }

  /** {@link #fromArray(byte[])} with options. */
  public static Tensor fromArray(Options options, byte[] array) {
    return make(of(options), array, DType.UINT8, given("array", array).length);
  }

  /** A tensor of uint8 with the elements of an array, in order. */
  public static Tensor fromArray(byte[] array, long... shape) {
    return make(DEFAULTS, given("array", array), DType.UINT8, given(shape));
  }

  /** {@link #fromArray(byte[], long...)} with options. */
  public static Tensor fromArray(Options options, byte[] array, long... shape) {
    return make(of(options), given("array", array), DType.UINT8, given(shape));
  }

  /** A vector of int16 with the elements of an array. */
  public static Tensor fromArray(short[] array) {
    return make(DEFAULTS, array, DType.INT16, given("array", array).length);
  }

  /** {@link #fromArray(short[])} with options. */
  public static Tensor fromArray(Options options, short[] array) {
    return make(of(options), array, DType.INT16, given("array", array).length);
  }

  /** A tensor of int16 with the elements of an array, in order. */
  public static Tensor fromArray(short[] array, long... shape) {
    return make(DEFAULTS, given("array", array), DType.INT16, given(shape));
  }

  /** {@link #fromArray(short[], long...)} with options. */
  public static Tensor fromArray(Options options, short[] array, long... shape) {
    return make(of(options), given("array", array), DType.INT16, given(shape));
  }

  /** A vector of int32 with the elements of an array. */
  public static Tensor fromArray(int[] array) {
    return make(DEFAULTS, array, DType.INT32, given("array", array).length);
  }

  /** {@link #fromArray(int[])} with options. */
  public static Tensor fromArray(Options options, int[] array) {
    return make(of(options), array, DType.INT32, given("array", array).length);
  }

  /** A tensor of int32 with the elements of an array, in order. */
  public static Tensor fromArray(int[] array, long... shape) {
    return make(DEFAULTS, given("array", array), DType.INT32, given(shape));
  }

  /** {@link #fromArray(int[], long...)} with options. */
  public static Tensor fromArray(Options options, int[] array, long... shape) {
    return make(of(options), given("array", array), DType.INT32, given(shape));
  }

  /** A vector of int64 with the elements of an array. */
  public static Tensor fromArray(long[] array) {
    return make(DEFAULTS, array, DType.INT64, given("array", array).length);
  }

  /** {@link #fromArray(long[])} with options. */
  public static Tensor fromArray(Options options, long[] array) {
    return make(of(options), array, DType.INT64, given("array", array).length);
  }

  /** A tensor of int64 with the elements of an array, in order. */
  public static Tensor fromArray(long[] array, long... shape) {
    return make(DEFAULTS, given("array", array), DType.INT64, given(shape));
  }

  /** {@link #fromArray(long[], long...)} with options. */
  public static Tensor fromArray(Options options, long[] array, long... shape) {
    return make(of(options), given("array", array), DType.INT64, given(shape));
  }

  /** A vector of float32 with the elements of an array. */
  public static Tensor fromArray(float[] array) {
    return make(DEFAULTS, array, DType.FLOAT32, given("array", array).length);
  }

  /** {@link #fromArray(float[])} with options. */
  public static Tensor fromArray(Options options, float[] array) {
    return make(of(options), array, DType.FLOAT32, given("array", array).length);
  }

  /** A tensor of float32 with the elements of an array, in order. */
  public static Tensor fromArray(float[] array, long... shape) {
    return make(DEFAULTS, given("array", array), DType.FLOAT32, given(shape));
  }

  /** {@link #fromArray(float[], long...)} with options. */
  public static Tensor fromArray(Options options, float[] array, long... shape) {
    return make(of(options), given("array", array), DType.FLOAT32, given(shape));
  }

  /** A vector of float64 with the elements of an array. */
  public static Tensor fromArray(double[] array) {
    return make(DEFAULTS, array, DType.FLOAT64, given("array", array).length);
  }

  /** {@link #fromArray(double[])} with options. */
  public static Tensor fromArray(Options options, double[] array) {
    return make(of(options), array, DType.FLOAT64, given("array", array).length);
  }

  /** A tensor of float64 with the elements of an array, in order. */
  public static Tensor fromArray(double[] array, long... shape) {
    return make(DEFAULTS, given("array", array), DType.FLOAT64, given(shape));
  }

  /** {@link #fromArray(double[], long...)} with options. */
  public static Tensor fromArray(Options options, double[] array, long... shape) {
    return make(of(options), given("array", array), DType.FLOAT64, given(shape));
  }

  // spotless:on
  // ---- end of what scripts/Facade.java wrote ----
}
