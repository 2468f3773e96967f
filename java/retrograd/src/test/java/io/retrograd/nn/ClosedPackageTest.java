package io.retrograd.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules in a Java module that opens its package to the library, and in one that does not. */
class ClosedPackageTest {
  private static final String NETS = """
      package nets;
      import static io.retrograd.Retrograd.ones;
      import io.retrograd.Tensor;
      import io.retrograd.nn.*;
      import io.retrograd.nn.Module;
      import java.util.List;
      public class Nets {
        public static Module plain() {
          return new Module() {
            private final int size = 3;
            private final String title = "title";
            private final List<String> words = List.of();
            private final Layer layer = F::tanh;
          };
        }
        public static Module field() {
          return new Module() {
            private final Linear hidden = new Linear(2, 3);
          };
        }
        public static Module registered() {
          return new Module() {
            private final Module any = register("any", new Tanh());
            private final Linear hidden = register("hidden", new Linear(2, 3));
            private final Tensor scale = parameter("scale", ones());
          };
        }
        public static Module half() {
          return new Module() {
            private final Linear hidden = register("hidden", new Linear(2, 3));
            private final Linear output = new Linear(3, 1);
          };
        }
        public static Module unnamed() {
          return new Module() {
            private final Tensor scale = parameter(ones());
          };
        }
        public static Module shown() {
          return new Shown();
        }
        public static class Shown extends Module {
          public final Linear hidden = new Linear(2, 3);
        }
      }
      """;

  @TempDir
  Path folder;

  private Module make(String kind, String descriptor) throws Exception {
    Path sources = Files.createDirectories(folder.resolve("nets"));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path info = Files.writeString(folder.resolve("module-info.java"), descriptor);
    Path nets = Files.writeString(sources.resolve("Nets.java"), NETS);
    int status = ToolProvider.getSystemJavaCompiler()
        .run(
            null,
            null,
            null,
            "--add-reads",
            "user=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            classes.toString(),
            info.toString(),
            nets.toString());
    assertEquals(0, status);
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of("user"));
    ModuleLayer.Controller layer = ModuleLayer.defineModulesWithOneLoader(
        configuration, List.of(boot), getClass().getClassLoader());
    java.lang.Module user = layer.layer().findModule("user").orElseThrow();
    layer.addReads(user, Module.class.getModule());
    layer.addExports(user, "nets", getClass().getModule());
    return (Module) user.getClassLoader().loadClass("nets.Nets").getMethod(kind).invoke(null);
  }

  private void refused(String kind, String... words) throws Exception {
    Module module = make(kind, "module user {}");
    String message =
        assertThrows(IllegalStateException.class, module::parameters).getMessage();
    for (String word : words) assertTrue(message.contains(word), message);
    assertThrows(IllegalStateException.class, () -> new Sequential(module));
  }

  @Test
  void closed() throws Exception {
    refused("field", "Nets$", "\"hidden\"", "opens nets to io.retrograd;", "user", "register(");
    refused("half", "\"", "opens nets to io.retrograd;");
    refused("unnamed", "\"scale\"", "opens nets to io.retrograd;", "parameter(\"scale\", tensor)");
    assertEquals(List.of(), make("plain", "module user {}").parameters());
    assertEquals(
        Set.of("scale", "hidden.weight", "hidden.bias"),
        make("registered", "module user {}").namedParameters().keySet());
  }

  @Test
  void open() throws Exception {
    for (String descriptor : List.of("module user { opens nets; }", "open module user {}")) {
      assertEquals(
          Set.of("hidden.weight", "hidden.bias"),
          make("field", descriptor).namedParameters().keySet());
      assertEquals(4, make("half", descriptor).parameters().size());
      assertEquals(
          Set.of("scale"), make("unnamed", descriptor).namedParameters().keySet());
    }
  }

  @Test
  void aPublicFieldOfAnExportedPackageNeedsNoOpening() throws Exception {
    assertEquals(2, make("shown", "module user { exports nets; }").parameters().size());
  }
}
