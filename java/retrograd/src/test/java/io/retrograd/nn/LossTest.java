package io.retrograd.nn;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT32;
import static io.retrograd.DType.INT64;
import static io.retrograd.Retrograd.cdist;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.AutogradException;
import io.retrograd.IndexException;
import io.retrograd.Retrograd;
import io.retrograd.RetrogradException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradCheck;
import io.retrograd.autograd.GradOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossTest {
  /** A GPU reports indices out of range when it is waited for. */
  private static void finished(Runnable run) {
    run.run();
    Retrograd.getDefaultDevice().synchronize();
  }

  private static final Tensor X = tensor(new double[][] {{0.5, -1, 2}, {0.25, 1, -3}});
  private static final Tensor Y = tensor(new double[][] {{1, 0.5, 0}, {-1, 2, 0.75}});
  private static final Tensor P = X.sigmoid();
  private static final Tensor T = tensor(new double[][] {{1, 0, 0.5}, {0.25, 1, 0}});
  private static final Tensor CLASSES = tensor(2L, 0L), SIGNS = tensor(1L, -1L);
  private static final Tensor LISTS = tensor(new long[][] {{2, -1, 0}, {0, 1, -1}});
  private static final Tensor WEIGHT = tensor(0.5, 1.0, 2.0);
  private static final Tensor LABELS = tensor(new long[][] {{1, 2}, {2, 2}});
  private static final Tensor TIMES = tensor(5L, 4L), LENGTHS = tensor(2L, 1L);
  private static final Reduction SUM = Reduction.SUM;

  private static Tensor logProbs() {
    Retrograd.manualSeed(3);
    return randn(FLOAT64, 5, 2, 3);
  }

  /** Each module's result with the function's that it is, with PyTorch's defaults and with other options. */
  @Test
  void modulesAreTheirFunctions() {
    Tensor z = logProbs();
    Map<Module, List<Tensor>> losses = new LinkedHashMap<>();
    put(losses, new HuberLoss(), m -> m.forward(X, Y), F.huberLoss(X, Y));
    put(losses, new HuberLoss(SUM, 0.5), m -> m.forward(X, Y), F.huberLoss(X, Y, SUM, 0.5));
    put(losses, new SmoothL1Loss(), m -> m.forward(X, Y), F.smoothL1Loss(X, Y));
    put(losses, new SmoothL1Loss(SUM, 0.5), m -> m.forward(X, Y), F.smoothL1Loss(X, Y, SUM, 0.5));
    put(losses, new KLDivLoss(), m -> m.forward(X, T), F.klDiv(X, T));
    Reduction batch = Reduction.BATCH_MEAN;
    put(losses, new KLDivLoss(batch, true), m -> m.forward(X, Y), F.klDiv(X, Y, batch, true));
    put(losses, new PoissonNLLLoss(), m -> m.forward(X, T), F.poissonNllLoss(X, T));
    put(
        losses,
        new PoissonNLLLoss(
            PoissonNLLLoss.Options.DEFAULT.logInput(false).full(true).eps(1).reduction(SUM)),
        m -> m.forward(P, T),
        F.poissonNllLoss(P, T, false, true, 1, SUM));
    put(losses, new GaussianNLLLoss(), m -> m.forward(X, Y, P), F.gaussianNllLoss(X, Y, P));
    put(
        losses,
        new GaussianNLLLoss(true, 0.5, SUM),
        m -> m.forward(X, Y, P),
        F.gaussianNllLoss(X, Y, P, true, 0.5, SUM));
    put(losses, new HingeEmbeddingLoss(), m -> m.forward(X, T), F.hingeEmbeddingLoss(X, T));
    put(
        losses,
        new HingeEmbeddingLoss(2, SUM),
        m -> m.forward(X, T),
        F.hingeEmbeddingLoss(X, T, 2, SUM));
    put(losses, new MarginRankingLoss(), m -> m.forward(X, Y, T), F.marginRankingLoss(X, Y, T));
    put(
        losses,
        new MarginRankingLoss(2, SUM),
        m -> m.forward(X, Y, T),
        F.marginRankingLoss(X, Y, T, 2, SUM));
    put(
        losses,
        new CosineEmbeddingLoss(),
        m -> m.forward(X, Y, SIGNS),
        F.cosineEmbeddingLoss(X, Y, SIGNS));
    put(
        losses,
        new CosineEmbeddingLoss(-0.5, SUM),
        m -> m.forward(X, Y, SIGNS),
        F.cosineEmbeddingLoss(X, Y, SIGNS, -0.5, SUM));
    put(losses, new SoftMarginLoss(), m -> m.forward(X, Y), F.softMarginLoss(X, Y));
    put(losses, new SoftMarginLoss(SUM), m -> m.forward(X, Y), F.softMarginLoss(X, Y, SUM));
    put(
        losses,
        new MultiLabelMarginLoss(),
        m -> m.forward(X, LISTS),
        F.multilabelMarginLoss(X, LISTS));
    put(
        losses,
        new MultiLabelMarginLoss(SUM),
        m -> m.forward(X, LISTS),
        F.multilabelMarginLoss(X, LISTS, SUM));
    put(
        losses,
        new MultiLabelSoftMarginLoss(WEIGHT, SUM),
        m -> m.forward(X, T),
        F.multilabelSoftMarginLoss(X, T, WEIGHT, SUM));
    put(
        losses,
        new MultiLabelSoftMarginLoss(),
        m -> m.forward(X, T),
        F.multilabelSoftMarginLoss(X, T));
    put(losses, new MultiMarginLoss(), m -> m.forward(X, CLASSES), F.multiMarginLoss(X, CLASSES));
    put(
        losses,
        new MultiMarginLoss(
            MultiMarginLoss.Options.DEFAULT.p(2).margin(0.5).weight(WEIGHT).reduction(SUM)),
        m -> m.forward(X, CLASSES),
        F.multiMarginLoss(X, CLASSES, 2, 0.5, WEIGHT, SUM));
    put(losses, new TripletMarginLoss(), m -> m.forward(X, Y, T), F.tripletMarginLoss(X, Y, T));
    put(
        losses,
        new TripletMarginLoss(
            TripletMarginLoss.Options.DEFAULT.margin(3).p(1).eps(0.5).swap(true).reduction(SUM)),
        m -> m.forward(X, Y, T),
        F.tripletMarginLoss(X, Y, T, 3, 1, 0.5, true, SUM));
    put(
        losses,
        new TripletMarginWithDistanceLoss(F::pairwiseDistance),
        m -> m.forward(X, Y, T),
        F.tripletMarginLoss(X, Y, T));
    put(
        losses,
        new TripletMarginWithDistanceLoss(F::pairwiseDistance, 3, true, SUM),
        m -> m.forward(X, Y, T),
        F.tripletMarginLoss(X, Y, T, 3, 2, 1e-6, true, SUM));
    put(
        losses,
        new BCELoss(WEIGHT, SUM),
        m -> m.forward(P, T),
        F.binaryCrossEntropy(P, T, WEIGHT, SUM));
    put(
        losses,
        new BCEWithLogitsLoss(null, SUM, WEIGHT),
        m -> m.forward(X, T),
        F.binaryCrossEntropyWithLogits(X, T, null, SUM, WEIGHT));
    put(
        losses,
        new CrossEntropyLoss(CrossEntropyLoss.Options.DEFAULT
            .weight(WEIGHT)
            .ignoreIndex(1)
            .reduction(SUM)
            .labelSmoothing(0.25)),
        m -> m.forward(X, CLASSES),
        F.crossEntropy(X, CLASSES, WEIGHT, 1, SUM, 0.25));
    put(
        losses,
        new CTCLoss(),
        m -> m.forward(z, LABELS, TIMES, LENGTHS),
        F.ctcLoss(z, LABELS, TIMES, LENGTHS));
    put(
        losses,
        new CTCLoss(0, SUM, true),
        m -> m.forward(z, LABELS, TIMES, LENGTHS),
        F.ctcLoss(z, LABELS, TIMES, LENGTHS, 0, SUM, true));
    put(losses, new CosineSimilarity(), m -> m.forward(X, Y), F.cosineSimilarity(X, Y));
    put(
        losses,
        new CosineSimilarity(0, 0.5),
        m -> m.forward(X, Y),
        F.cosineSimilarity(X, Y, 0, 0.5));
    put(losses, new PairwiseDistance(), m -> m.forward(X, Y), F.pairwiseDistance(X, Y));
    put(
        losses,
        new PairwiseDistance(1, 0.5, true),
        m -> m.forward(X, Y),
        F.pairwiseDistance(X, Y, 1, 0.5, true));
    losses.forEach((module, both) -> {
      assertTrue(both.get(0).equal(both.get(1)), () -> module + ": " + both);
      assertEquals(module.getClass().getSimpleName() + "()", module.toString());
    });
  }

  private interface Forward<M extends Module> {
    Tensor of(M module);
  }

  private static <M extends Module> void put(
      Map<Module, List<Tensor>> losses, M module, Forward<M> forward, Tensor expected) {
    losses.put(module, List.of(forward.of(module), expected));
  }

  @Test
  void weightsAreBuffers() {
    assertEquals(
        List.of("weight", "pos_weight"),
        List.copyOf(
            new BCEWithLogitsLoss(WEIGHT, SUM, WEIGHT.clone()).namedBuffers().keySet()));
    for (Module loss : List.of(
        new MultiMarginLoss(MultiMarginLoss.Options.DEFAULT.weight(WEIGHT)),
        new CrossEntropyLoss(CrossEntropyLoss.Options.DEFAULT.weight(WEIGHT)),
        new MultiLabelSoftMarginLoss(WEIGHT, SUM),
        new BCELoss(WEIGHT, SUM)))
      assertEquals(List.of("weight"), List.copyOf(loss.namedBuffers().keySet()));
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Tensor z = logProbs(), five = tensor(5L, 5L);
    Map<Runnable, String> bad = new LinkedHashMap<>();
    bad.put(() -> F.mseLoss(X, Y, Reduction.BATCH_MEAN), "mseLoss: BATCH_MEAN");
    bad.put(() -> F.nllLoss(X, CLASSES, Reduction.BATCH_MEAN), "nllLoss: BATCH_MEAN");
    bad.put(() -> F.mseLoss(X, Y, SUM, WEIGHT), "mseLoss: the weight must have the input's shape");
    bad.put(() -> F.huberLoss(X, Y, SUM, 0), "huberLoss: delta");
    bad.put(() -> F.crossEntropy(X, CLASSES, null, -100, SUM, 1.5), "crossEntropy: labelSmoothing");
    bad.put(() -> F.crossEntropy(X, T, null, 1), "crossEntropy: a target of probabilities");
    bad.put(() -> F.crossEntropy(X, five), "crossEntropy: the class number 5");
    Tensor scores = zeros(4, 3), numbers = zeros(options(INT64), 4, 1);
    bad.put(
        () -> F.crossEntropy(scores, numbers),
        "crossEntropy: wants scores [n, classes, ...] or [classes] and class numbers [n, ...] or [], "
            + "got [4, 3] and [4, 1]; squeeze(1) of the target helps");
    bad.put(
        () -> F.crossEntropy(scores, numbers.to(INT32)),
        "crossEntropy: the target must hold int64 class numbers, got int32; convert it by to(INT64)");
    bad.put(() -> F.klDiv(X.sum(), X.sum(), Reduction.BATCH_MEAN), "klDiv: a 0-d tensor");
    bad.put(() -> F.gaussianNllLoss(X, Y, WEIGHT), "gaussianNllLoss: var must have");
    if (!Retrograd.getDefaultDevice().isCuda()) // a GPU would have to be waited for, and gives NaN
    bad.put(() -> F.gaussianNllLoss(X, Y, X), "gaussianNllLoss: var may not be negative");
    bad.put(() -> F.multiMarginLoss(X, five), "multiMarginLoss: the class number 5");
    bad.put(() -> F.multiMarginLoss(X, tensor(-1L, 0L)), "multiMarginLoss: the class number -1");
    bad.put(() -> F.multiMarginLoss(X, CLASSES, 3), "multiMarginLoss: p must be");
    bad.put(() -> F.multilabelMarginLoss(X, LISTS.mul(3)), "multilabelMarginLoss: the class");
    bad.put(() -> F.tripletMarginLoss(X, Y, T, 0), "tripletMarginLoss: the margin");
    bad.put(() -> cdist(X, Y, -1), "cdist: p may not be negative");
    bad.put(() -> cdist(X, Y.sum(0)), "cdist: wants");
    bad.put(() -> F.pdist(X, Double.NaN), "pdist: p may not be negative");
    bad.put(() -> F.ctcLoss(z, LABELS.mul(2), TIMES, LENGTHS), "ctcLoss: the class number 4");
    bad.put(
        () -> F.ctcLoss(z, LABELS, TIMES, LENGTHS, 1), "ctcLoss: a target may not be the blank");
    bad.put(() -> F.ctcLoss(z, LABELS, TIMES, LENGTHS, 3), "ctcLoss: the blank 3 is out of range");
    bad.put(() -> F.ctcLoss(z, LABELS, TIMES.mul(2), LENGTHS), "ctcLoss: the input length 10");
    bad.put(() -> F.ctcLoss(z, LABELS, TIMES, LENGTHS.mul(-2)), "ctcLoss: the target length -4");
    bad.put(
        () -> F.ctcLoss(z, LABELS, TIMES, LENGTHS.mul(Long.MAX_VALUE / 2)),
        "ctcLoss: the target length");
    bad.put(
        () -> F.ctcLoss(z, LABELS.flatten(), TIMES, LENGTHS), "ctcLoss: the target lengths add");
    bad.put(() -> F.ctcLoss(zeros(0, 2, 3), LABELS, TIMES, LENGTHS), "ctcLoss: wants");
    bad.forEach((run, text) -> {
      RuntimeException e = assertThrows(RuntimeException.class, () -> finished(run));
      assertTrue(
          (e instanceof RetrogradException || e instanceof IllegalArgumentException)
              && e.getMessage().startsWith(text),
          () -> text + ": " + e);
    });
    assertThrows(
        IndexException.class, () -> finished(() -> F.multilabelMarginLoss(X, LISTS.mul(3))));
  }

  @Test
  void labelsOfManyClassesMayBeNone() {
    Tensor x = zeros(0, 1L << 32), lists = zeros(options(INT64), 0, 1L << 32);
    assertEquals(0, F.multilabelMarginLoss(x, lists, Reduction.NONE).numel());
  }

  @Test
  void labelsOfSoftMarginsMayBeIntegers() {
    Tensor labels = tensor(1L, 0L, 1L);
    Tensor x = tensor(0.5, -1.0, 2.0);
    assertTrue(F.multilabelSoftMarginLoss(x, labels)
        .equal(F.multilabelSoftMarginLoss(x, labels.to(x.dtype()))));
  }

  /** Of padded targets, of one after the other, and of one sequence without a batch. */
  @Test
  void ctcTakesTargetsInAllForms() {
    Tensor z = logProbs().logSoftmax(2);
    Tensor padded = F.ctcLoss(z, LABELS, TIMES, LENGTHS, 0, Reduction.NONE);
    Tensor together = F.ctcLoss(z, tensor(1L, 2L, 2L), TIMES, LENGTHS, 0, Reduction.NONE);
    assertTrue(padded.equal(together), () -> padded + " " + together);
    Tensor one =
        F.ctcLoss(z.select(1, 0), tensor(1L, 2L), tensor(5L), tensor(2L), 0, Reduction.NONE);
    assertArrayEquals(new long[0], one.shape());
    assertEquals(padded.select(0, 0).item(), one.item());
  }

  @Test
  void ctcHasTheGradientOfLogits() {
    Tensor logits = logProbs().requiresGrad_(true);
    GradCheck.gradcheck(
        x -> List.of(F.ctcLoss(x.get(0).logSoftmax(2), LABELS, TIMES, LENGTHS)),
        List.of(logits),
        GradCheck.Options.DEFAULT);
  }

  /** Two equal labels need a blank between them, and so three times. */
  @Test
  void ctcOfATargetThatIsTooLongIsInfinite() {
    Tensor z = logProbs().logSoftmax(2).detach().requiresGrad_(true);
    Tensor two = tensor(2L, 2L);
    Tensor losses = F.ctcLoss(z, LABELS, two, two, 0, Reduction.NONE);
    assertEquals(Double.POSITIVE_INFINITY, losses.select(0, 1).item());
    assertTrue(Autograd.grad(losses.sum(), z).select(1, 1).isnan().any().item() == 1);
    Tensor zero = F.ctcLoss(z, LABELS, two, two, 0, Reduction.NONE, true);
    assertEquals(0, zero.select(0, 1).item());
    assertEquals(0, Autograd.grad(zero.sum(), z).select(1, 1).abs().sum().item());
    Tensor nothing =
        F.ctcLoss(z, zeros(options(io.retrograd.DType.INT64), 2, 0), TIMES, LENGTHS.mul(0));
    assertTrue(nothing.isfinite().item() == 1);
  }

  @Test
  void thoseWithoutASecondDerivativeSaySo() {
    Tensor x = X.clone().requiresGrad_(true), z = logProbs().requiresGrad_(true);
    Map<Tensor, Tensor> losses = new LinkedHashMap<>();
    losses.put(x, F.multilabelMarginLoss(x.mul(2), LISTS));
    losses.put(z, F.ctcLoss(z.logSoftmax(2), LABELS, TIMES, LENGTHS));
    losses.forEach((input, loss) -> {
      Tensor g = Autograd.grad(loss, input, GradOptions.createGraph());
      String text = assertThrows(AutogradException.class, () -> Autograd.grad(g.sum(), input))
          .getMessage();
      assertTrue(text.endsWith("Loss: there is no second derivative"), text);
    });
  }

  @Test
  void distancesOfNothing() {
    assertArrayEquals(new long[] {2, 0, 2}, cdist(zeros(2, 0, 3), zeros(2, 3)).shape());
    assertTrue(cdist(zeros(2, 0), zeros(3, 0), 1).equal(zeros(2, 3)));
    assertArrayEquals(new long[] {0}, F.pdist(zeros(1, 3)).shape());
    assertArrayEquals(new long[] {0}, F.pdist(zeros(0, 3)).shape());
    Tensor x = zeros(2, 3).requiresGrad_(true);
    F.pdist(x).sum().backward();
    assertTrue(x.grad().equal(zeros(2, 3)));
  }

  @Test
  void aDistanceWithoutAResultIsNamed() {
    for (boolean first : new boolean[] {true, false}) {
      var loss = new TripletMarginWithDistanceLoss(
          (a, b) -> first || a == T ? null : F.pairwiseDistance(a, b), 1, true, SUM);
      assertEquals(
          "tripletMarginWithDistanceLoss: a lambda in LossTest returned null",
          assertThrows(AutogradException.class, () -> loss.forward(X, T, Y)).getMessage());
    }
  }

  @Test
  void lossesWarnOnceOfBroadcasting() {
    assertEquals(
        List.of(
            "l1Loss: the input [2, 3] and the target [3] are broadcast, which is seldom what a loss should do; "
                + "give them one shape"),
        Warnings.during(() -> {
          for (int i = 0; i < 2; i++) F.l1Loss(X, WEIGHT);
        }));
  }
}
