package io.retrograd.oracle;

import io.retrograd.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** One argument of a sample: its shape and where its values come from. */
record In(Kind kind, double low, double high, boolean differentiated, long... shape) {
  enum Kind {
    /** Uniform in [low, high). */
    RANGE,
    /** All different by at least half a unit, so that the largest stays the largest. */
    DISTINCT,
    /** One of low ... high, so that values repeat. */
    REPEATED,
    /** The same; here a function has no derivative where values are equal, so differences say nothing. */
    TIED,
    /** int64 in [low, high). */
    INDEX,
    /** A permutation of 0 ... n-1, int64. */
    PERMUTATION,
    MASK
  }

  /** In [-2, 2). */
  static In in(long... shape) {
    return between(-2, 2, shape);
  }

  static In between(double low, double high, long... shape) {
    return new In(Kind.RANGE, low, high, true, shape);
  }

  /** In [0.3, 2). */
  static In positive(long... shape) {
    return between(0.3, 2, shape);
  }

  static In distinct(long... shape) {
    return new In(Kind.DISTINCT, 0, 0, true, shape);
  }

  static In repeated(long... shape) {
    return new In(Kind.REPEATED, -1, 1, true, shape);
  }

  static In tied(long... shape) {
    return new In(Kind.TIED, -1, 1, true, shape);
  }

  static In index(long bound, long... shape) {
    return new In(Kind.INDEX, 0, bound, false, shape);
  }

  /** Indices that count from the end. */
  static In fromEnd(long bound, long... shape) {
    return new In(Kind.INDEX, -bound, 0, false, shape);
  }

  static In permutation(long... shape) {
    return new In(Kind.PERMUTATION, 0, 0, false, shape);
  }

  static In mask(long... shape) {
    return new In(Kind.MASK, 0, 0, false, shape);
  }

  /** The same, but no gradient is asked for it. */
  In constant() {
    return new In(kind, low, high, false, shape);
  }

  In withShape(long... shape) {
    return new In(kind, low, high, differentiated, shape);
  }

  /** Whether its dtype is the one under test. */
  boolean isValue() {
    return kind == Kind.RANGE
        || kind == Kind.DISTINCT
        || kind == Kind.REPEATED
        || kind == Kind.TIED;
  }

  /** Its dtype where {@code wanted} is under test. */
  DType typeFor(DType wanted) {
    return isValue() ? wanted : kind == Kind.MASK ? DType.BOOL : DType.INT64;
  }

  /** With another size wherever it has {@code from}, also as the end of indices. */
  In resized(long from, long to) {
    long[] sizes = shape.clone();
    for (int i = 0; i < sizes.length; i++) if (sizes[i] == from) sizes[i] = to;
    return new In(kind, low, kind == Kind.INDEX && high == from ? to : high, differentiated, sizes);
  }

  /** Indices of nothing. */
  boolean isImpossible() {
    return kind == Kind.INDEX && high <= low && Nd.count(shape) > 0;
  }

  Nd make(DType wanted, Random random) {
    DType dtype = typeFor(wanted);
    int n = Nd.count(shape);
    switch (kind) {
      case RANGE:
        if (Nd.floating(dtype))
          return Nd.of(dtype, shape, () -> low + (high - low) * random.nextDouble());
        long from =
            dtype == DType.BOOL ? 0 : Math.max((long) Math.ceil(low), Nd.unsigned(dtype) ? 0 : -9);
        long to = dtype == DType.BOOL ? 1 : Math.max(from, Math.min((long) Math.floor(high), 9));
        return Nd.of(dtype, shape, () -> from + random.nextInt((int) (to - from) + 1));
      case REPEATED, TIED:
        return Nd.of(
            dtype, shape, () -> Math.max(Nd.unsigned(dtype) ? 0 : low, random.nextInt(3) - 1));
      case INDEX:
        return Nd.of(dtype, shape, () -> low + random.nextInt((int) (high - low)));
      case MASK:
        return Nd.of(dtype, shape, () -> random.nextInt(2));
      default:
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < n; i++) order.add(i);
        Collections.shuffle(order, random);
        var next = order.iterator();
        double step = kind == Kind.PERMUTATION ? 1 : Nd.floating(dtype) ? 0.75 : 1;
        double start = kind == Kind.PERMUTATION || Nd.unsigned(dtype) ? 0 : -Math.floor(n / 2.0);
        return Nd.of(dtype, shape, () -> start + step * next.next());
    }
  }
}
