package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.options;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.nn.BatchNorm1d;
import io.retrograd.nn.BatchNorm2d;
import io.retrograd.nn.BatchNorm3d;
import io.retrograd.nn.GroupNorm;
import io.retrograd.nn.InstanceNorm1d;
import io.retrograd.nn.InstanceNorm2d;
import io.retrograd.nn.InstanceNorm3d;
import io.retrograd.nn.LayerNorm;
import io.retrograd.nn.LocalResponseNorm;
import io.retrograd.nn.Module;
import io.retrograd.nn.NormOptions;
import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.bytedeco.pytorch.BatchNorm1dImpl;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNorm3dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GroupNormImpl;
import org.bytedeco.pytorch.GroupNormOptions;
import org.bytedeco.pytorch.InstanceNorm1dImpl;
import org.bytedeco.pytorch.InstanceNorm2dImpl;
import org.bytedeco.pytorch.InstanceNorm3dImpl;
import org.bytedeco.pytorch.InstanceNormOptions;
import org.bytedeco.pytorch.LayerNormImpl;
import org.bytedeco.pytorch.LayerNormOptions;
import org.bytedeco.pytorch.LocalResponseNormImpl;
import org.bytedeco.pytorch.LocalResponseNormOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Modules that normalize beside libtorch's: results, gradients and running statistics, in training and after it. */
class NormModulesTest {
  private static final NormOptions EVERYTHING =
      NormOptions.affine(true).withTrackRunningStats(true);

  private final Random random = new Random(5);

  @Test
  void batchNorm() {
    same(new BatchNorm1d(options(FLOAT64), 4, NormOptions.defaults()), batch(4), 5, 4);
    same(new BatchNorm1d(options(FLOAT64), 4, NormOptions.momentum(null)), cumulative(4), 3, 4, 6);
    same(new BatchNorm2d(options(FLOAT64), 3, NormOptions.defaults()), two(batch(3)), 4, 3, 5, 2);
    BatchNormOptions o = batch(3);
    o.eps().put(0.3);
    o.momentum().put(0.7);
    o.affine().put(false);
    NormOptions ours = NormOptions.eps(0.3).withMomentum(0.7).withAffine(false);
    same(new BatchNorm2d(options(FLOAT64), 3, ours), two(o), 4, 3, 5, 2);
    BatchNormOptions untracked = batch(3);
    untracked.track_running_stats().put(false);
    same(
        new BatchNorm2d(options(FLOAT64), 3, NormOptions.trackRunningStats(false)),
        two(untracked),
        4,
        3,
        5,
        2);
    same(
        new BatchNorm3d(options(FLOAT64), 2, NormOptions.defaults()),
        new BatchNorm3dImpl(batch(2)),
        2,
        2,
        3,
        2,
        3);
  }

  private static BatchNormOptions batch(long channels) {
    return new BatchNormOptions(channels);
  }

  private static BatchNorm1dImpl cumulative(long channels) {
    BatchNormOptions o = batch(channels);
    o.momentum().reset();
    return new BatchNorm1dImpl(o);
  }

  private void same(Module ours, BatchNormOptions theirs, long... shape) {
    same(ours, new BatchNorm1dImpl(theirs), shape);
  }

  private static BatchNorm2dImpl two(BatchNormOptions o) {
    return new BatchNorm2dImpl(o);
  }

  @Test
  void instanceNorm() {
    same(
        new InstanceNorm1d(options(FLOAT64), 4, NormOptions.defaults()),
        new InstanceNorm1dImpl(new InstanceNormOptions(4)),
        3,
        4,
        6);
    InstanceNormOptions all = new InstanceNormOptions(3);
    all.affine().put(true);
    all.track_running_stats().put(true);
    same(
        new InstanceNorm2d(options(FLOAT64), 3, EVERYTHING),
        new InstanceNorm2dImpl(all),
        2,
        3,
        4,
        5);
    all.momentum().put(0.6);
    all.eps().put(0.2);
    same(
        new InstanceNorm3d(options(FLOAT64), 3, EVERYTHING.withMomentum(0.6).withEps(0.2)),
        new InstanceNorm3dImpl(all),
        2,
        3,
        2,
        3,
        2);
    // Without a batch, which libtorch's C++ modules do not take.
    InstanceNorm2d ours = new InstanceNorm2d(options(FLOAT64), 3, EVERYTHING);
    Tensor x = Retro.LIB.make(values(3, 4, 5));
    Tensor batched = ours.call(x.unsqueeze(0)).squeeze(0);
    assertEquals(0, ours.call(x).sub(batched).abs().max().item());
  }

  @Test
  void groupAndLayerNorm() {
    same(new GroupNorm(options(FLOAT64), 2, 6, 1e-5, true), new GroupNormImpl(2, 6), 3, 6, 4);
    GroupNormOptions plain = new GroupNormOptions(3, 6);
    plain.affine().put(false);
    plain.eps().put(0.2);
    same(new GroupNorm(options(FLOAT64), 3, 6, 0.2, false), new GroupNormImpl(plain), 2, 6, 3, 3);
    same(
        new LayerNorm(options(FLOAT64), new long[] {3, 4}, 1e-5, true, true),
        new LayerNormImpl(new LayerNormOptions(new LongVector(3, 4))),
        2,
        3,
        4);
  }

  @Test
  void localResponseNorm() {
    LocalResponseNormOptions o = new LocalResponseNormOptions(3);
    o.alpha().put(0.5);
    o.beta().put(0.6);
    o.k().put(2);
    same(new LocalResponseNorm(3, 0.5, 0.6, 2), new LocalResponseNormImpl(o), 2, 4, 3, 2);
  }

  private void same(Module ours, org.bytedeco.pytorch.Module theirs, long... shape) {
    theirs.to(torch.ScalarType.Double, false);
    Map<String, org.bytedeco.pytorch.Tensor> state = state(theirs);
    Map<String, Tensor> ourState = new LinkedHashMap<>(ours.namedParameters());
    ourState.putAll(ours.namedBuffers());
    assertEquals(new TreeSet<>(state.keySet()), new TreeSet<>(ourState.keySet()));
    ours.namedParameters().forEach((name, p) -> {
      Nd values = values(p.shape());
      p.detach().copy_(Retro.LIB.make(values));
      state.get(name).detach().copy_(Torch.LIB.make(values));
    });
    for (boolean training : new boolean[] {true, true, false, false})
      try (Scope scope = Scope.open()) {
        String what = ours + (training ? " in training" : " after it");
        ours.train(training);
        theirs.train(training);
        Nd x = values(shape), g = values(shape);
        Tensor input = Retro.LIB.make(x).requiresGrad_(true), output = ours.call(input);
        org.bytedeco.pytorch.Tensor theirInput = Torch.LIB.make(x).requires_grad_(true);
        org.bytedeco.pytorch.Tensor theirOutput = forward(theirs, theirInput);
        compare(what, theirOutput, output);
        output.backward(Retro.LIB.make(g));
        theirOutput.backward(
            Torch.LIB.make(g), new BoolOptional(), false, new TensorArrayRefOptional());
        compare(what + ": gradient", theirInput.grad(), input.grad());
        ours.namedParameters().forEach((name, p) -> {
          compare(what + ": gradient of " + name, state.get(name).grad(), p.grad());
          p.setGrad(null);
          state.get(name).mutable_grad().put(new org.bytedeco.pytorch.Tensor());
        });
        ours.namedBuffers()
            .forEach((name, b) -> compare(what + ": " + name, state.get(name), b.to(FLOAT64)));
      }
  }

  private Nd values(long... shape) {
    return Nd.of(FLOAT64, shape, () -> random.nextDouble() * 4 - 1.5);
  }

  private static void compare(String what, org.bytedeco.pytorch.Tensor expected, Tensor actual) {
    Tolerance.COMPOSED.checkGradients(what, Torch.LIB.read(expected), Retro.LIB.read(actual));
  }

  private static org.bytedeco.pytorch.Tensor forward(
      org.bytedeco.pytorch.Module module, org.bytedeco.pytorch.Tensor x) {
    return (org.bytedeco.pytorch.Tensor)
        invoke(module, "forward", List.of(org.bytedeco.pytorch.Tensor.class), x);
  }

  private static Map<String, org.bytedeco.pytorch.Tensor> state(
      org.bytedeco.pytorch.Module module) {
    Map<String, org.bytedeco.pytorch.Tensor> found = new LinkedHashMap<>();
    for (String name :
        List.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked")) {
      var t = (org.bytedeco.pytorch.Tensor) invoke(module, name, List.of());
      if (t != null && t.defined()) found.put(name, t);
    }
    return found;
  }

  /** What the method returns; null where there is none. */
  private static Object invoke(
      org.bytedeco.pytorch.Module module, String name, List<Class<?>> types, Object... arguments) {
    try {
      return module
          .getClass()
          .getMethod(name, types.toArray(Class[]::new))
          .invoke(module, arguments);
    } catch (NoSuchMethodException e) {
      return null;
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new AssertionError(e);
    }
  }
}
