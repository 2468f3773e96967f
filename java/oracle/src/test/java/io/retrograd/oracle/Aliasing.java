package io.retrograd.oracle;

import io.retrograd.AutogradException;
import io.retrograd.DType;
import io.retrograd.Retrograd;
import io.retrograd.RetrogradException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * Operands that share memory. The oracle is our own form that is not in place: values are always those of it; gradients
 * of both orders are too, or backward raises because a saved value was written in place. libtorch refuses some of these
 * calls.
 */
final class Aliasing {
  /** Where an operand lies. */
  private enum Place {
    /** In memory of its own. */
    APART,
    /** It is the first operand. */
    SAME,
    /** A view that begins where the first operand does. */
    VIEW,
    /** The same, its elements in the order of a transposed matrix. */
    TURNED,
    /** A view that begins one element later. */
    AFTER,
    /** A view that begins one element earlier. */
    BEFORE
  }

  /** {@code part}: the first operand is a part of a longer tensor. Each operand has its place, the first one APART. */
  private record Scene(
      List<In> in, DType dtype, boolean part, List<Place> places, boolean detached) {
    boolean isPossible() {
      int room = Nd.count(in.get(0).shape());
      for (int i = 1; i < places.size(); i++) {
        Place place = places.get(i);
        long[] shape = in.get(i).shape();
        if (place == Place.APART) continue;
        boolean sameType =
            in.get(i).isValue() || in.get(i).kind() == In.Kind.MASK && dtype == DType.BOOL;
        boolean fits = start(place) >= 0 && start(place) + Nd.count(shape) <= room + (part ? 2 : 0);
        boolean alike = place != Place.SAME || Arrays.equals(shape, in.get(0).shape());
        if (!sameType || !fits || !alike || place == Place.TURNED && shape.length < 2) return false;
      }
      return in.get(0).isValue();
    }

    long start(Place place) {
      return (part ? 1 : 0) + (place == Place.AFTER ? 1 : place == Place.BEFORE ? -1 : 0);
    }

    @Override
    public String toString() {
      return dtype + " " + in.stream().map(i -> Arrays.toString(i.shape())).toList()
          + (part ? " part " : " whole ") + places + (detached ? " detached" : "");
    }
  }

  /** The tensors of a scene. */
  private static final class Stage {
    final Scene scene;
    final List<Tensor> leaves = new ArrayList<>();
    final List<Tensor> apart = new ArrayList<>();
    final Tensor base;

    Stage(Scene scene) {
      this.scene = scene;
      In first = scene.in.get(0);
      for (In in : scene.in) apart.add(apart.isEmpty() ? null : leaf(in, 10 + apart.size()));
      long[] shape = scene.part ? Nd.dims(Nd.count(first.shape()) + 2) : first.shape();
      base = leaf(common().withShape(shape), 5).clone();
    }

    private Tensor leaf(In in, long seed) {
      Nd value = in.make(scene.dtype, Seed.random(seed));
      Tensor leaf = Retro.LIB.make(value);
      if (value.isFloating() && in.differentiated()) leaves.add(leaf.requiresGrad_(true));
      return leaf;
    }

    /** Numbers that all operands in the same memory may be. */
    private In common() {
      In common = scene.in.get(0);
      for (int i = 1; i < scene.in.size(); i++) {
        In in = scene.in.get(i);
        boolean ranges = in.kind() == In.Kind.RANGE && common.kind() == In.Kind.RANGE;
        if (scene.places.get(i) == Place.APART || !ranges) continue;
        double low = Math.max(common.low(), in.low()), high = Math.min(common.high(), in.high());
        if (low < high)
          common = new In(In.Kind.RANGE, low, high, common.differentiated(), common.shape());
      }
      return common;
    }

    /** The operands, where {@code base} is the memory that they share. */
    List<Tensor> operands(Tensor base) {
      List<Tensor> out = new ArrayList<>(List.of(first(base)));
      for (int i = 1; i < scene.in.size(); i++) {
        Place place = scene.places.get(i);
        if (place == Place.APART) out.add(apart.get(i));
        else
          out.add(
              scene.detached ? shared(base, i, out.get(0)).detach() : shared(base, i, out.get(0)));
      }
      return out;
    }

    private Tensor first(Tensor base) {
      return scene.part
          ? base.narrow(0, 1, base.size(0) - 2).view(scene.in.get(0).shape())
          : base;
    }

    private Tensor shared(Tensor base, int i, Tensor first) {
      Place place = scene.places.get(i);
      if (place == Place.SAME) return first;
      long[] shape = scene.in.get(i).shape();
      Tensor flat = base.view(-1).narrow(0, scene.start(place), Nd.count(shape));
      if (place != Place.TURNED) return flat.view(shape);
      int rank = shape.length;
      long[] back = LongStream.range(0, rank).map(d -> rank - 1 - d).toArray();
      return flat.view(Arrays.stream(back).map(d -> shape[(int) d]).toArray()).permute(back);
    }

    /** What must follow a write: the base, the operands in it, and a view that is no operand. */
    List<Tensor> witnesses(Tensor base, List<Tensor> operands) {
      List<Tensor> out = new ArrayList<>(List.of(base));
      for (int i = 0; i < operands.size(); i++)
        if (i == 0 || scene.places.get(i) != Place.APART) out.add(operands.get(i));
      if (base.numel() > 1) out.add(base.view(-1).narrow(0, 1, base.numel() - 1));
      return out;
    }

    /** The base once its first operand is {@code result}. */
    Tensor written(Tensor result) {
      if (!scene.part) return result;
      return Retrograd.cat(
          base.narrow(0, 0, 1), result.reshape(-1), base.narrow(0, base.size(0) - 1, 1));
    }
  }

  private interface Program {
    List<Tensor> run(Stage stage);
  }

  private record Gradients(List<Nd> first, List<Nd> second, RuntimeException error) {}

  /** What came of a program: for each result its value and its gradients, or an error of the call. */
  private record Result(List<Nd> values, List<Gradients> gradients, RuntimeException error) {}

  private Aliasing() {}

  static void check(Row row) {
    for (List<In> sample : row.samples) {
      for (Scene scene : scenes(sample, DType.FLOAT64, false)) {
        checkOperands(row, scene);
        if (!scene.detached) checkLaterWrites(row, scene);
      }
      if (row.inPlace == null) continue;
      for (DType dtype : DType.values())
        for (boolean part : new boolean[] {false, true})
          for (Scene scene : scenes(sample, dtype, part))
            if (!row.skips(dtype)) checkInPlace(row, scene);
    }
  }

  /** One operand after another in each place, then all of them. */
  private static List<Scene> scenes(List<In> sample, DType dtype, boolean part) {
    List<Scene> scenes = new ArrayList<>();
    List<Place> apart = Collections.nCopies(sample.size(), Place.APART);
    scenes.add(new Scene(sample, dtype, part, apart, false));
    for (Place place : Place.values())
      for (int i = 1; i <= sample.size() && place != Place.APART; i++) {
        List<Place> places = new ArrayList<>(apart);
        for (int k = 1; k < places.size(); k++)
          if (k == i || i == sample.size()) places.set(k, place);
        if (i == sample.size() && i <= 2) continue;
        scenes.add(new Scene(sample, dtype, part, places, false));
        scenes.add(new Scene(sample, dtype, part, places, true));
      }
    scenes.removeIf(scene -> !scene.isPossible());
    return scenes;
  }

  private static void checkOperands(Row row, Scene scene) {
    agree(
        row,
        row + " " + scene,
        plain(row, scene, x -> x.clone()),
        plain(row, scene, x -> x),
        false);
  }

  private static Result plain(Row row, Scene scene, UnaryOperator<Tensor> copy) {
    return run(scene, stage -> apply(row, stage.operands(stage.base), copy));
  }

  private static List<Tensor> apply(Row row, List<Tensor> operands, UnaryOperator<Tensor> copy) {
    return Retro.LIB.tensors(row.op.ours().apply(operands.stream().map(copy).toList()));
  }

  /** Writes into an operand and into a result, after the operation. */
  private static void checkLaterWrites(Row row, Scene scene) {
    Result before = plain(row, scene, x -> x.clone());
    if (before.error != null) return;
    List<Boolean> views = new ArrayList<>();
    Result operand = run(scene, stage -> {
      List<Tensor> results = apply(row, stage.operands(stage.base), x -> x);
      results.forEach(r -> views.add(r.sharesStorage(stage.base)));
      stage.base.mul_(0.5);
      return results;
    });
    Result follows = run(scene, stage -> apply(row, stage.operands(stage.base.mul(0.5)), x -> x));
    for (int i = 0; i < views.size(); i++)
      agree(
          row,
          row + " " + scene + ", then a write of the operand: result " + i,
          only(views.get(i) ? follows : before, i),
          only(operand, i),
          true);

    Result scaled = run(
        scene,
        stage -> List.of(
            apply(row, stage.operands(stage.base), x -> x.clone()).get(0).mul(0.5)));
    Result written = run(
        scene,
        stage -> List.of(apply(row, stage.operands(stage.base), x -> x).get(0).mul_(0.5)));
    if (written.error == null)
      agree(row, row + " " + scene + ", then a write of the result", scaled, written, true);
  }

  private static Result only(Result all, int i) {
    if (all.error != null) return all;
    return new Result(all.values.subList(i, i + 1), all.gradients.subList(i, i + 1), null);
  }

  private static void checkInPlace(Row row, Scene scene) {
    Result expected = run(scene, stage -> {
      List<Tensor> operands = stage.operands(stage.base);
      Tensor first = operands.get(0),
          result = apply(row, operands, x -> x.clone()).get(0);
      if (!Arrays.equals(first.shape(), result.shape())
          || kind(result.dtype()) > kind(first.dtype()))
        throw new IllegalArgumentException("does not fit");
      Tensor after = stage.written(result.to(first.dtype()));
      return stage.witnesses(after, stage.operands(after));
    });
    Result actual = run(scene, stage -> {
      List<Tensor> operands = stage.operands(stage.base);
      List<Tensor> witnesses = stage.witnesses(stage.base, operands);
      row.inPlace.ours().apply(operands);
      return witnesses;
    });
    boolean shares = scene.places.stream().anyMatch(place -> place != Place.APART);
    agree(row, row + " in place " + scene, expected, actual, shares);
  }

  private static int kind(DType dtype) {
    return dtype == DType.BOOL ? 0 : Nd.floating(dtype) ? 2 : 1;
  }

  private static Result run(Scene scene, Program program) {
    try (AutoCloseable scope = Retro.LIB.scope()) {
      Stage stage = new Stage(scene);
      List<Tensor> results = program.run(stage);
      List<Nd> values = results.stream().map(Retro.LIB::read).toList();
      List<Gradients> gradients = new ArrayList<>(Collections.nCopies(results.size(), null));
      // The first result's backward, which comes last, lets go of the graph as it passes.
      for (int i = results.size() - 1; i >= 0; i--)
        gradients.set(
            i,
            gradients(
                results.get(i),
                stage.leaves,
                i > 0 ? GradOptions.retainGraph() : GradOptions.defaults()));
      return new Result(values, gradients, null);
    } catch (RuntimeException e) {
      return new Result(List.of(), List.of(), e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code last}: how the pass of the second order runs. */
  private static Gradients gradients(Tensor result, List<Tensor> leaves, GradOptions last) {
    if (!result.requiresGrad()) return new Gradients(List.of(), List.of(), null);
    List<Nd> first = List.of();
    try {
      List<Tensor> outputs = List.of(result);
      List<Tensor> once =
          Retro.LIB.grad(outputs, leaves, Outcome.weights(Retro.LIB, outputs, 7), true);
      first = Outcome.read(Retro.LIB, once);
      List<Tensor> weights = Outcome.weights(Retro.LIB, once, 8),
          again = new ArrayList<>(),
          starts = new ArrayList<>();
      for (int i = 0; i < once.size(); i++) {
        if (once.get(i) == null || !once.get(i).requiresGrad()) continue;
        again.add(once.get(i));
        starts.add(weights.get(i));
      }
      if (again.isEmpty()) return new Gradients(first, List.of(), null);
      GradOptions how = last.allowUnused().gradOutputs(starts.toArray(Tensor[]::new));
      return new Gradients(first, Outcome.read(Retro.LIB, Autograd.grad(again, leaves, how)), null);
    } catch (RetrogradException e) {
      return new Gradients(first, List.of(), e);
    }
  }

  private static void agree(
      Row row, String what, Result expected, Result actual, boolean mayRaise) {
    if ((expected.error == null) != (actual.error == null))
      throw new AssertionError(
          what + ": we raise " + actual.error + ", the other form " + expected.error,
          actual.error != null ? actual.error : expected.error);
    for (int i = 0; i < expected.values.size(); i++) {
      String which = what + " result " + i;
      row.tolerance.checkValues(which, expected.values.get(i), actual.values.get(i));
      Gradients e = expected.gradients.get(i), a = actual.gradients.get(i);
      boolean stale = a.error instanceof AutogradException
          && a.error.getMessage().contains("written in place since");
      if (a.error != null && e.error == null && !(mayRaise && stale))
        throw new AssertionError(which + ": backward raises " + a.error, a.error);
      if (a.error == null && e.error != null)
        throw new AssertionError(
            which + ": a gradient, but the other form raises " + e.error, e.error);
      if (!a.first.isEmpty() || a.error == null)
        compare(which + ": gradient ", e.first, a.first, row.tolerance);
      if (a.error == null) compare(which + ": second gradient ", e.second, a.second, row.tolerance);
    }
  }

  /** No gradient and a gradient of zeros are the same. */
  private static void compare(
      String what, List<Nd> expected, List<Nd> actual, Tolerance tolerance) {
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      Nd e = i < expected.size() ? expected.get(i) : null,
          a = i < actual.size() ? actual.get(i) : null;
      if (e != null && a != null) tolerance.checkGradients(what + i, e, a);
      else if (e != null ? !e.isZero() : a != null && !a.isZero())
        throw new AssertionError(what + i + " is " + a + ", the other form's " + e);
    }
  }
}
