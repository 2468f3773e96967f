package io.retrograd.oracle;

import io.retrograd.DType;
import io.retrograd.Tensor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * One public operation and all that the table needs to test it. {@link Aspect} says what each row buys.
 *
 * <p>Its name is the method's, with {@code F.},
     {@code Retrograd.} or {@code Linalg.} in front where it is none of {@code
 * Tensor}, and a note in brackets where an operation has several rows.
 */
final class Row {
  /** An operation on any number of tensors, giving a tensor, several of them, or a number. */
  @FunctionalInterface
  interface Op<T> {
    Object apply(List<T> arguments);
  }

  @FunctionalInterface
  interface F1<T> {
    Object apply(T a);
  }

  @FunctionalInterface
  interface F2<T> {
    Object apply(T a, T b);
  }

  @FunctionalInterface
  interface F3<T> {
    Object apply(T a, T b, T c);
  }

  /** The same operation in both libraries. */
  record Pair(Op<Tensor> ours, Op<org.bytedeco.pytorch.Tensor> theirs) {
    @SuppressWarnings("unchecked")
    <T> Op<T> in(Library<T> lib) {
      return (Op<T>) (lib instanceof Torch ? theirs : ours);
    }
  }

  final String name;
  final Pair op;
  final List<List<In>> samples = new ArrayList<>();
  final List<List<In>> sized = new ArrayList<>();
  final List<List<In>> bad = new ArrayList<>();
  final Map<Aspect, String> skipped = new EnumMap<>(Aspect.class);
  final Map<Set<DType>, String> typesSkipped = new LinkedHashMap<>();
  Tolerance tolerance = Tolerance.EXACT;
  Pair inPlace;
  double[] specials = {};
  boolean promotes;
  boolean moves;
  String node;
  String says;
  Set<Layout> layouts = EnumSet.allOf(Layout.class);
  boolean unwatched;
  boolean elementwise;
  double[] ends = {};
  In big;
  final List<Edges.Exception> exceptions = new ArrayList<>();
  final Map<Edges.Fill, String> unfilled = new EnumMap<>(Edges.Fill.class);
  String unsized;

  private Row(String name, Pair op) {
    this.name = name;
    this.op = op;
    says = method();
  }

  static Row op(String name, F1<Tensor> ours, F1<org.bytedeco.pytorch.Tensor> theirs) {
    return new Row(name, pair(ours, theirs));
  }

  static Row op(String name, F2<Tensor> ours, F2<org.bytedeco.pytorch.Tensor> theirs) {
    return new Row(name, pair(ours, theirs));
  }

  static Row op(String name, F3<Tensor> ours, F3<org.bytedeco.pytorch.Tensor> theirs) {
    return new Row(name, pair(ours, theirs));
  }

  private static Pair pair(F1<Tensor> ours, F1<org.bytedeco.pytorch.Tensor> theirs) {
    return new Pair(a -> ours.apply(a.get(0)), a -> theirs.apply(a.get(0)));
  }

  private static Pair pair(F2<Tensor> ours, F2<org.bytedeco.pytorch.Tensor> theirs) {
    return new Pair(a -> ours.apply(a.get(0), a.get(1)), a -> theirs.apply(a.get(0), a.get(1)));
  }

  private static Pair pair(F3<Tensor> ours, F3<org.bytedeco.pytorch.Tensor> theirs) {
    return new Pair(a -> ours.apply(a.get(0), a.get(1), a.get(2)), a -> theirs.apply(a.get(0), a.get(1), a.get(2)));
  }

  /** A sample of arguments. */
  Row on(In... arguments) {
    samples.add(List.of(arguments));
    return this;
  }

  /** A sample for values and first gradients alone: too large for differences, of sizes that kernels find awkward. */
  Row sized(In... arguments) {
    sized.add(List.of(arguments));
    return this;
  }

  /** Samples of awkward sizes: those stated, and for operations element by element all that there are. */
  List<List<In>> sizes() {
    if (!sized.isEmpty() || specials.length == 0) return sized;
    return LongStream.of(1, 31, 33, 1025)
        .mapToObj(n -> samples.get(0).stream().map(in -> in.withShape(n)).toList())
        .toList();
  }

  /** A function of one tensor, element by element: a matrix, a 0-d tensor and one without elements. */
  Row onEach(double low, double high) {
    return elementwise().on(In.between(low, high, 3, 4)).on(In.between(low, high)).on(In.between(low, high, 0, 3));
  }

  /** A function of two tensors, element by element: shapes equal, broadcast both ways, 0-d, without elements. */
  Row onPairs(In a, In b) {
    for (long[][] s : new long[][][] {{{3, 4}, {3, 4}}, {{3, 1}, {2, 1, 4}}, {{}, {3}}, {{2, 3}, {}}, {{}, {}}, {{0,
        3}, {3}}})
      on(a.withShape(s[0]), b.withShape(s[1]));
    return elementwise();
  }

  /** Arguments that both libraries refuse, ours with a message that names the operation. */
  Row refuses(In... arguments) {
    bad.add(List.of(arguments));
    return this;
  }

  Row within(Tolerance t) {
    tolerance = t;
    return this;
  }

  /** Element by element: the results for these values must be right too, bit for bit where they are not finite. */
  Row specials(double... values) {
    specials = values;
    return this;
  }

  /** What elements give depends on those in their place alone, for tensors of one shape. */
  Row elementwise() {
    elementwise = true;
    return this;
  }

  /** Where the domain of an operation element by element ends, or its derivative jumps, besides 0, 1 and -1. */
  Row ends(double... points) {
    ends = points;
    return this;
  }

  /** A tensor of about ten million elements, of numbers from a range. */
  Row big(In in) {
    big = in;
    return this;
  }

  /** Gradients are not libtorch's where elements are such, and why. */
  Row gradientsDiffer(String reason, Edges.Where where) {
    return gradientsDiffer(reason, (dtype, x) -> where.holds(x));
  }

  Row gradientsDiffer(String reason, Edges.TypedWhere where) {
    return except(reason, Edges.Exception.GRADIENTS, where);
  }

  /** The same for the gradient of one argument, of some dtypes where any are given. */
  Row gradientDiffers(int argument, String reason, Edges.Where where, DType... dtypes) {
    return except(reason, argument, of(where, dtypes));
  }

  /** Second gradients are not libtorch's where elements are such, of some dtypes where any are given; and why. */
  Row secondDiffers(String reason, Edges.Where where, DType... dtypes) {
    return except(reason, Edges.Exception.SECOND, of(where, dtypes));
  }

  Row secondDiffers(String reason, Edges.TypedWhere where) {
    return except(reason, Edges.Exception.SECOND, where);
  }

  /** Of libtorch's second gradients some are NaN where elements are such, ours are numbers; and why. */
  Row secondIsNumber(String reason, Edges.Where where, DType... dtypes) {
    return except(reason, Edges.Exception.SECOND_NAN, of(where, dtypes));
  }

  /** Neither values nor gradients are libtorch's where elements are such, of some dtypes if any are given; and why. */
  Row differs(String reason, Edges.Where where, DType... dtypes) {
    return differs(reason, of(where, dtypes));
  }

  Row differs(String reason, Edges.TypedWhere where) {
    return except(reason, Edges.Exception.ALL, where);
  }

  private Row except(String reason, int argument, Edges.TypedWhere where) {
    exceptions.add(new Edges.Exception(needed(reason), argument, where));
    return this;
  }

  private static Edges.TypedWhere of(Edges.Where where, DType... dtypes) {
    Set<DType> some = dtypes.length == 0 ? EnumSet.allOf(DType.class) : Set.of(dtypes);
    return (dtype, x) -> some.contains(dtype) && where.holds(x);
  }

  /** Tensors filled with such numbers give something else in libtorch, and why. */
  Row unfilled(String reason, Edges.Fill... fills) {
    for (Edges.Fill fill : fills) unfilled.put(fill, needed(reason));
    return this;
  }

  /** The operation wants the sizes of its samples, and why. */
  Row unsized(String reason) {
    unsized = needed(reason);
    return this;
  }

  private static String needed(String reason) {
    if (reason.isBlank()) throw new IllegalArgumentException("a reason is needed");
    return reason;
  }

  /** Takes operands of different dtypes. */
  Row promotes() {
    promotes = true;
    return this;
  }

  /** Refuses numbers on the CPU alone, and why: NaN comes of them elsewhere. */
  Row unwatched(String reason) {
    needed(reason);
    unwatched = true;
    return this;
  }

  /** To another device: whether the result is a view depends on where the argument is. */
  Row moves() {
    moves = true;
    return this;
  }

  Row inPlace(F1<Tensor> ours, F1<org.bytedeco.pytorch.Tensor> theirs) {
    inPlace = pair(ours, theirs);
    return this;
  }

  Row inPlace(F2<Tensor> ours, F2<org.bytedeco.pytorch.Tensor> theirs) {
    inPlace = pair(ours, theirs);
    return this;
  }

  Row inPlace(F3<Tensor> ours, F3<org.bytedeco.pytorch.Tensor> theirs) {
    inPlace = pair(ours, theirs);
    return this;
  }

  /** The node's name where it is not libtorch's, and why. */
  Row node(String name, String reason) {
    node = name;
    needed(reason);
    return this;
  }

  /** The operation that errors name, where this one is another operation's short form. */
  Row says(String operation) {
    says = operation;
    return this;
  }

  /** The only layouts for which we agree with libtorch, and why. */
  Row only(String reason, Layout... admitted) {
    needed(reason);
    layouts = EnumSet.copyOf(List.of(admitted));
    return this;
  }

  Row skip(Aspect aspect, String reason) {
    skipped.put(aspect, reason);
    return this;
  }

  /** Dtypes for which we differ from libtorch, and why. */
  Row skip(String reason, DType... types) {
    typesSkipped.put(EnumSet.copyOf(List.of(types)), reason);
    return this;
  }

  boolean skips(DType type) {
    return typesSkipped.keySet().stream().anyMatch(s -> s.contains(type));
  }

  /** The operation's own name: {@code add} of {@code add(alpha)}, {@code relu} of {@code F.relu}. */
  String method() {
    return qualifiedMethod().replaceFirst(".*\\.", "");
  }

  String qualifiedMethod() {
    return name.replaceFirst("[(\\[ ].*", "");
  }

  @Override
  public String toString() {
    return name;
  }
}
