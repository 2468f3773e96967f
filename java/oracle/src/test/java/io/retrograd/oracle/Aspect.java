package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT64;

import io.retrograd.AutogradException;
import io.retrograd.DType;
import io.retrograd.Retrograd;
import io.retrograd.RetrogradException;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.autograd.GradCheck;
import io.retrograd.oracle.Outcome.Question;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What each row buys. A row skips an aspect only with a reason. */
enum Aspect {
  /** Values, dtype,
   * shape and strides of the result for every dtype; what libtorch refuses we refuse by type and name. */
  VALUES {
    @Override
    void check(Row row) {
      for (List<In> sample : row.samples)
        for (DType dtype : row.samples.get(0).stream().anyMatch(In::isValue)
            ? DType.values()
            : new DType[] {FLOAT32})
          if (!row.skips(dtype)) agree(row, question(row, sample, dtype, Layout.DENSE, 0));
    }
  },

  /** Operands of all pairs of dtypes, also where one of them is 0-d. */
  PROMOTION {
    @Override
    boolean applies(Row row) {
      return row.promotes;
    }

    @Override
    void check(Row row) {
      List<In> first = row.samples.get(0);
      for (long[][] shapes : new long[][][] {{{3}, {3}}, {{}, {3}}, {{3}, {}}})
        for (DType a : DType.values())
          for (DType b : DType.values()) {
            if (row.skips(a) || row.skips(b)) continue;
            List<In> in =
                List.of(first.get(0).withShape(shapes[0]), first.get(1).withShape(shapes[1]));
            List<Nd> bases = List.of(
                question(row, in, a, Layout.DENSE, 0).bases().get(0),
                question(row, in, b, Layout.DENSE, 0).bases().get(1));
            agree(row, new Question(row.op, in, bases, Layout.DENSE, 0, false));
          }
    }
  },

  /** The same for tensors that are views: transposed, every second element, expanded. */
  LAYOUTS {
    @Override
    void check(Row row) {
      for (List<In> sample : row.samples)
        for (Layout layout : views(row, sample))
          for (DType dtype : Reference.IS_CPU ? List.of(DType.values()) : List.of(FLOAT32, INT64))
            if (!row.skips(dtype)) agree(row, question(row, sample, dtype, layout, 0));
    }
  },

  /** Values and gradients for sizes that fill no vector, warp or block of threads, or are just beyond one. */
  SIZES {
    @Override
    boolean applies(Row row) {
      return !row.sizes().isEmpty();
    }

    @Override
    void check(Row row) {
      for (List<In> sample : row.sizes())
        for (DType dtype : List.of(FLOAT32, FLOAT64))
          agree(row, question(row, sample, dtype, Layout.DENSE, 1));
    }
  },

  /** Values and gradients for zeros, infinities, NaN, huge and tiny numbers, and where infinite gradients come back. */
  SPECIALS {
    @Override
    boolean applies(Row row) {
      return row.specials.length > 0;
    }

    @Override
    void check(Row row) {
      int n = row.specials.length, arity = row.samples.get(0).size();
      for (DType dtype : List.of(FLOAT32, FLOAT64)) {
        List<In> in = new ArrayList<>();
        List<Nd> bases = new ArrayList<>();
        for (int a = 0; a < arity; a++) {
          long[] shape = new long[arity];
          Arrays.fill(shape, 1);
          shape[a] = n;
          int[] next = {0};
          in.add(row.samples.get(0).get(a).withShape(shape));
          bases.add(Nd.of(dtype, shape, () -> row.specials[next[0]++]));
        }
        agree(row, new Question(row.op, in, bases, Layout.DENSE, 0, false));
        agree(row, new Question(row.op, in, bases, Layout.DENSE, 1, false));
        agree(row, question(row, row.samples.get(0), dtype, Layout.DENSE, 1).weighingInfinitely());
      }
    }
  },

  /** Values and gradients where domains and dtypes end, for tensors without elements, and for very long ones. */
  EDGES {
    @Override
    void check(Row row) {
      Edges.check(row);
    }
  },

  /** First-order gradients against libtorch's, in both floating types and all layouts. */
  GRADIENTS {
    @Override
    void check(Row row) {
      for (List<In> sample : row.samples)
        for (DType dtype : List.of(FLOAT32, FLOAT64)) {
          agree(row, question(row, sample, dtype, Layout.DENSE, 1));
          for (Layout layout : views(row, sample))
            agree(row, question(row, sample, dtype, layout, 1));
        }
    }
  },

  /** Second-order gradients against libtorch's. */
  SECOND_GRADIENTS {
    @Override
    void check(Row row) {
      for (List<In> sample : row.samples)
        for (Layout layout : List.of(Layout.DENSE, Layout.TRANSPOSED))
          if (layout == Layout.DENSE || views(row, sample).contains(layout))
            agree(row, question(row, sample, FLOAT64, layout, 2));
    }
  },

  /** Both orders against central differences, by the public checks. */
  GRADCHECK {
    @Override
    void check(Row row) {
      for (List<In> sample : row.samples)
        try (Scope scope = Scope.open()) {
          Question q = question(row, sample, FLOAT64, Layout.DENSE, 0);
          boolean tied = sample.stream().anyMatch(in -> in.kind() == In.Kind.TIED);
          if (tied || q.ask(Reference.LIB).error() != null) continue;
          List<Tensor> inputs = new ArrayList<>();
          List<Nd> values = q.bases();
          for (int i = 0; i < values.size(); i++) {
            boolean wanted = values.get(i).isFloating() && sample.get(i).differentiated();
            inputs.add(Retro.LIB.make(values.get(i)).requiresGrad_(wanted));
          }
          java.util.function.Function<List<Tensor>, List<Tensor>> f =
              x -> Retro.LIB.tensors(row.op.ours().apply(x));
          if (f.apply(inputs).stream().noneMatch(Tensor::requiresGrad)) continue;
          GradCheck.gradcheck(f, inputs, GradCheck.Options.DEFAULT);
          GradCheck.gradgradcheck(f, inputs, GradCheck.Options.DEFAULT);
        }
    }
  },

  /** The results' graph nodes have libtorch's names. */
  NODE {
    @Override
    void check(Row row) {
      for (List<In> sample : row.samples) {
        Question q = question(row, sample, FLOAT64, Layout.DENSE, 1);
        Outcome theirs = q.ask(Reference.LIB), ours = q.ask(Retro.LIB);
        if (theirs.error() != null || ours.error() != null) continue;
        for (int i = 0; i < theirs.nodes().size(); i++) {
          String expected = row.node != null && theirs.nodes().get(i) != null
              ? row.node
              : theirs.nodes().get(i);
          if (!Objects.equals(expected, ours.nodes().get(i)))
            throw new AssertionError(
                "node " + ours.nodes().get(i) + " should be " + expected + " for " + q);
        }
      }
    }
  },

  /** The in-place variant: values, gradients, through views, version, refusals. */
  IN_PLACE {
    @Override
    boolean applies(Row row) {
      return row.inPlace != null;
    }

    @Override
    void check(Row row) {
      for (List<In> sample : row.samples) {
        for (DType dtype : DType.values())
          if (!row.skips(dtype))
            agree(
                row,
                Question.of(row.inPlace, sample, dtype, Layout.DENSE, 0, 11).writing());
        for (Layout layout : Layout.values())
          for (int order = 1; order <= 2; order++)
            if (layout == Layout.DENSE
                || order == 1
                    && (layout == Layout.EXPANDED || views(row, sample).contains(layout)))
              agree(
                  row,
                  Question.of(row.inPlace, sample, FLOAT64, layout, order, 11).writing());
        checkVersionAndLeaf(row, sample);
      }
    }

    private void checkVersionAndLeaf(Row row, List<In> sample) {
      Question q = Question.of(row.inPlace, sample, FLOAT64, Layout.DENSE, 0, 11);
      if (q.writing().ask(Reference.LIB).error() != null) return;
      try (Scope scope = Scope.open()) {
        List<Tensor> arguments = q.bases().stream().map(Retro.LIB::make).toList();
        Tensor written = arguments.get(0);
        Object result = row.inPlace.ours().apply(arguments);
        if (result != written)
          throw new AssertionError("an in-place operation returns its own tensor");
        if (written.version() != 1)
          throw new AssertionError("version " + written.version() + " after one write");
        written.requiresGrad_(true);
        try {
          row.inPlace.ours().apply(arguments);
        } catch (AutogradException e) {
          named(row, e);
          return;
        }
        throw new AssertionError("writes into a leaf that requires a gradient");
      }
    }
  },

  /** Operands that are the written tensor or views of it, overlapping ones too, and writes after the operation. */
  ALIASING {
    @Override
    boolean applies(Row row) {
      return !row.samples.isEmpty() && row.samples.get(0).get(0).isValue();
    }

    @Override
    void check(Row row) {
      Aliasing.check(row);
    }
  },

  /** What both libraries refuse: ours says which operation it was. */
  REFUSALS {
    @Override
    boolean applies(Row row) {
      return !row.bad.isEmpty();
    }

    @Override
    void check(Row row) {
      for (List<In> arguments : row.bad) {
        Question q = question(row, arguments, FLOAT32, Layout.DENSE, 0);
        if (q.ask(Reference.LIB).error() == null)
          throw new AssertionError(Reference.NAME + " does not refuse " + q);
        refused(row, q.ask(Retro.LIB), q.toString());
      }
    }
  };

  abstract void check(Row row);

  boolean applies(Row row) {
    return true;
  }

  private static Question question(
      Row row, List<In> sample, DType dtype, Layout layout, int order) {
    return Question.of(
        row.op, sample, dtype, layout, order, row.name.hashCode() + row.samples.indexOf(sample));
  }

  private static Set<Layout> views(Row row, List<In> sample) {
    EnumSet<Layout> layouts = EnumSet.of(Layout.TRANSPOSED, Layout.SLICED, Layout.EXPANDED);
    layouts.retainAll(row.layouts);
    layouts.removeIf(layout -> sample.stream().noneMatch(in -> layout.suits(in.shape())));
    // A permutation of the base is none of the view, and rows that are equal tie.
    if (sample.stream().anyMatch(in -> in.kind() == In.Kind.PERMUTATION)) layouts.clear();
    if (sample.stream().anyMatch(in -> in.kind() == In.Kind.DISTINCT))
      layouts.remove(Layout.EXPANDED);
    return layouts;
  }

  /** The reference decides: what it computes we compute, what it refuses we refuse. */
  static void agree(Row row, Question q) {
    Outcome theirs = q.ask(Reference.LIB), ours = q.ask(Retro.LIB);
    String what = row.name + " " + q;
    if (theirs.error() != null) {
      refused(row, ours, what + " (" + Reference.NAME + ": " + firstLine(theirs.error()) + ")");
    } else {
      ours.check(what, theirs, row.tolerance);
      boolean alike = !q.inPlace() && !(row.moves && Reference.IS_CPU);
      if (alike && !theirs.views().equals(ours.views()))
        throw new AssertionError(what + ": " + Reference.NAME + "'s views have strides "
            + theirs.views() + ", ours " + ours.views());
    }
  }

  static void refused(Row row, Outcome ours, String what) {
    boolean marked =
        ours.values().stream().anyMatch(v -> Arrays.stream(v.data()).anyMatch(Double::isNaN));
    if (row.unwatched && Retrograd.getDefaultDevice().isCuda() && marked) return;
    if (ours.error() == null)
      throw new AssertionError(what + ": " + Reference.NAME + " refuses, we give " + ours.values());
    named(row, ours.error());
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static void named(Row row, RuntimeException e) {
    boolean typed = e instanceof RetrogradException || e instanceof IllegalArgumentException;
    String message = String.valueOf(e.getMessage());
    if (!typed || !message.startsWith(row.says))
      throw new AssertionError(
          "the error should be one of ours and begin with '" + row.says + "': " + e, e);
  }
}
