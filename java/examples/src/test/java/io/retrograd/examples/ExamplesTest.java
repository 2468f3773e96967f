package io.retrograd.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Device;
import io.retrograd.Retrograd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Runs each program and compares its output with its document's. */
@TestMethodOrder(OrderAnnotation.class)
class ExamplesTest {
  private static final Device DEVICE = Retrograd.getDefaultDevice();
  private static final float[] DRAW = {}; // our own generator's numbers

  @TempDir
  Path folder;

  private interface Program {
    void run(Setup setup) throws IOException;
  }

  /** What a program prints on the device that these tests run on. It must name that device: it is not the default. */
  private String output(Program program, float[]... draws) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Retrograd.setDefaultDevice(Device.CPU);
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      program.run(new Setup(out, DEVICE, Optional.of(folder), Draws.of(draws)));
    } finally {
      Retrograd.setDefaultDevice(DEVICE);
    }
    return bytes
        .toString(StandardCharsets.UTF_8)
        .replaceAll("(,\\s+)device='cuda:\\d+',\\s+", "$1")
        .replaceAll(",\\s+device='cuda:\\d+'\\)", ")");
  }

  @Test
  void gradientDescent() throws IOException {
    Transcript.check("GradientDescent.txt", output(GradientDescent::run));
    assertDrawn("gradient-descent.png");
  }

  @Test
  void tensorsAndDynamicGraph() throws IOException {
    String output =
        output(TensorsAndDynamicGraph::run, corners(Transcript.read("TensorsAndDynamicGraph.txt")));
    Transcript.check("TensorsAndDynamicGraph.txt", output);

    // Two layers: by hand as by autograd; Adam goes on from there.
    double[] hand = losses(output, "gradients by hand ==");
    double[] tape = losses(output, "the same gradients from the tape ==");
    assertClose(hand, tape, 1e-5);
    assertTrue(tape[4] < tape[0]);
    double[] adam = losses(output, "Adam and MSELoss ==");
    assertTrue(adam[0] < tape[4] && adam[4] < adam[0]);

    // The homework: its own bias gradient drifts away from autograd, the right one does not.
    double[] homework = losses(output, "with biases ==");
    double[] autograd = losses(output, "PyTorch AutoGrad ==");
    double[] corrected = losses(output, "over the batch alone ==");
    assertEquals(autograd[0], homework[0], "the same start");
    double drift = 0;
    for (int i = 1; i < autograd.length; i++) {
      drift = Math.max(drift, Math.abs(homework[i] / autograd[i] - 1));
      assertTrue(autograd[i] < autograd[i - 1]);
    }
    assertTrue(drift > 1e-3, "no drift");
    assertClose(corrected, autograd, 1e-5);
    String furthest = output.substring(output.indexOf("furthest from")).split(" ")[4];
    assertTrue(Double.parseDouble(furthest) < 1e-6, furthest);
  }

  @Test
  @Order(1) // the warning that it looks for comes once in a JVM
  void autogradBasics() throws IOException {
    List<LogRecord> warnings = new ArrayList<>();
    Handler handler = new Handler() {
      @Override
      public void publish(LogRecord record) {
        warnings.add(record);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
    Logger logger = Logger.getLogger("io.retrograd");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      Transcript.check("AutogradBasics.txt", output(setup -> AutogradBasics.run(setup)));
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    assertEquals(1, warnings.size(), "grad() of two results was read: the warning comes once");
    assertTrue(
        warnings.get(0).getMessage().contains("retainGrad"), warnings.get(0).getMessage());
  }

  @Test
  void fundamentals() throws IOException {
    String output = output(
        Fundamentals::run,
        DRAW,
        new float[] {0.4407f, 0.8998f, 0.4998f, 0.0362f, 0.1892f},
        // Digits that the document does not show follow from its Jacobian.
        new float[] {0.707395f, 0.91783f, 0.30029f},
        new float[] {0.9081f, 0.2903f, 0.7643f});
    Transcript.check("Fundamentals.txt", output);
    List<String> lines = output.lines().toList();
    int at = lines.indexOf("== Tensors and Java arrays ==");
    String[] byJava = lines.get(at + 4).strip().split(" ");
    for (int i = 0; i < 3; i++) {
      String byTensor = lines.get(at + 1 + i).replaceAll("[^0-9.,]", "").split(",")[0];
      assertEquals(Double.parseDouble(byTensor), Double.parseDouble(byJava[i]), 1.001e-4);
    }
    assertDrawn("fundamentals.png");
  }

  @Test
  void gradientsAndJacobians() throws IOException {
    String output = output(
        setup -> GradientsAndJacobians.run(setup),
        // Digits that the document does not show follow from z, and from the losses of the last
        // section.
        new float[] {0.8098665f, 0.959586f, 0.773779f},
        new float[] {0.7201f, 0.3558f, 0.4785f},
        new float[] {0.7154f, 0.2369f, 0.9745f},
        new float[] {-0.1884f, 1.0144f, -0.5483f},
        new float[] {0.5094906f},
        new float[] {-0.57441056f});
    Transcript.check("GradientsAndJacobians.txt", output);
  }

  @Test
  void commandLine() throws IOException {
    assertEquals(DEVICE, Setup.of().device());
    Setup setup = Setup.of("--device", "cpu", "--out", folder.toString());
    assertEquals(Optional.of(folder), setup.pictures());
    assertEquals(Device.CPU, setup.device());
    assertEquals(Optional.empty(), Setup.of("--no-plot").pictures());
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    Fundamentals.run(new Setup(nowhere, DEVICE, Optional.empty(), Draws.random()));
    assertFalse(Files.exists(folder.resolve("fundamentals.png")));
  }

  /** A [100, 50] tensor whose first and last three rows and columns are those that the resource shows. */
  private static float[] corners(List<String> resource) {
    float[] values = new float[100 * 50];
    int first = resource.indexOf("== Tensors ==") + 2;
    for (int i = 0; i < 7; i++) {
      String[] shown = resource.get(first + i).replaceAll("[^-0-9.,]", "").split(",");
      for (int j = 0; i != 3 && j < 7; j++) {
        if (j != 3) {
          int row = i < 3 ? i : 93 + i;
          values[50 * row + (j < 3 ? j : 43 + j)] = Float.parseFloat(shown[j]);
        }
      }
    }
    return values;
  }

  /** The losses that a section prints. */
  private static double[] losses(String output, String heading) {
    return output
        .substring(output.indexOf(heading) + heading.length())
        .lines()
        .skip(1)
        .takeWhile(line -> line.matches("(Loss on iteration )?[0-9]+ (= )?[0-9.]+"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .toArray();
  }

  private static void assertClose(double[] a, double[] b, double relative) {
    assertNotEquals(0, a.length);
    assertEquals(a.length, b.length);
    for (int i = 0; i < a.length; i++) {
      assertEquals(b[i], a[i], relative * Math.abs(b[i]));
    }
  }

  private void assertDrawn(String name) throws IOException {
    var image = ImageIO.read(Files.newInputStream(folder.resolve(name)));
    assertTrue(image.getWidth() >= 600 && image.getHeight() >= 400);
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    long dark = Arrays.stream(pixels).filter(p -> (p >> 8 & 255) < 200).count();
    assertTrue(
        Arrays.stream(pixels).distinct().count() > 20 && dark > 2000, "blank picture: " + name);
  }
}
