package io.retrograd.examples;

import static java.util.stream.Collectors.joining;

import io.retrograd.Device;
import io.retrograd.Retrograd;
import io.retrograd.TensorOptions;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a program of this package is run with.
 *
 * @param out where it prints
 * @param device where its tensors are
 * @param pictures the folder of its pictures; empty: it draws none
 * @param draws its random numbers
 */
record Setup(PrintStream out, Device device, Optional<Path> pictures, Draws draws) {
  private static final String USAGE = """
      Options:
        --device cpu|cuda   where the tensors are (default: -Dretrograd.device, else cpu)
        --out FOLDER        where pictures are written (default: out)
        --no-plot           draw no pictures
      """;

  /** Reads the command line; ends the JVM where that asks for help or makes no sense. */
  static Setup of(String... args) {
    Device device = Retrograd.getDefaultDevice();
    Path folder = Path.of("out");
    boolean plot = true;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--device" -> device = deviceOf(value(args, ++i));
        case "--out" -> folder = Path.of(value(args, ++i));
        case "--no-plot" -> plot = false;
        case "--help", "-h" -> exit("", 0);
        default -> exit("unknown option: " + args[i], 2);
      }
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    return new Setup(out, device, plot ? Optional.of(folder) : Optional.empty(), Draws.random());
  }

  private static String value(String[] args, int i) {
    if (i == args.length) {
      exit(args[i - 1] + " needs a value", 2);
    }
    return args[i];
  }

  private static Device deviceOf(String name) {
    Device device = Device.CPU;
    try {
      device = Device.of(name);
    } catch (IllegalArgumentException e) {
      exit(e.getMessage(), 2);
    }
    if (device.isCuda() && Device.cudaCount() <= device.index()) {
      exit("no device " + device + " here: " + Device.cudaStatus(), 2);
    }
    return device;
  }

  private static void exit(String complaint, int status) {
    PrintStream stream = status == 0 ? System.out : System.err;
    stream.print((complaint.isEmpty() ? "" : complaint + "\n") + USAGE);
    System.exit(status);
  }

  /** Options of every tensor that a program makes. */
  TensorOptions options() {
    return Retrograd.options(device);
  }

  /** The values as Python prints a tuple of them. */
  static String tuple(List<?> values) {
    return values.stream()
        .map(String::valueOf)
        .collect(joining(", ", "(", values.size() == 1 ? ",)" : ")"));
  }

  /** Begins a section. */
  void heading(String text) {
    out.println("\n== " + text + " ==");
  }
}
