package io.retrograd.misuse;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.empty;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.rand;
import static io.retrograd.Retrograd.randint;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.tensor;

import io.retrograd.Device;
import io.retrograd.Memory;
import io.retrograd.RetrogradException;
import io.retrograd.Tensor;
import io.retrograd.autograd.GradCheck;
import io.retrograd.nn.Linear;
import io.retrograd.optim.SGD;
import java.io.RandomAccessFile;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Calls every public method and constructor of the library with whatever fits the types, most of it nonsense. A call may
 * succeed or throw one of the documented exceptions. Arguments: seed, number of calls, a file that always tells the call
 * under way, whatever becomes of this process, and whether another thread writes into the operands meanwhile.
 */
public final class Fuzzer {
  private static final long LIMIT = 1L << 30;
  private static final long[] WRITTEN = {0, 1, 2, 3, -1, -4, 200, 1L << 20, 1L << 40, Long.MIN_VALUE
  };
  private static final int PER_THREAD =
      500; // then a new thread goes on, as scopes and modes belong to threads

  private final long seed;
  private final Random random;
  private final Nonsense nonsense;
  private final MappedByteBuffer log;
  private final List<Executable> targets = new ArrayList<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final Set<String> wrong = ConcurrentHashMap.newKeySet();
  private final boolean writes;
  private volatile Tensor[] written = {}; // by the other thread

  private Fuzzer(long seed, Path log, boolean writes) throws Exception {
    this.seed = seed;
    this.writes = writes;
    random = new Random(seed);
    nonsense = new Nonsense(random);
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      this.log = file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, 4096);
    }
    for (Class<?> type : publicClasses()) {
      if (!Modifier.isAbstract(type.getModifiers()))
        targets.addAll(Arrays.asList(type.getConstructors()));
      for (Method m : type.getMethods()) {
        boolean ends = m.getName().equals("main"); // a program ends its JVM
        if (m.getDeclaringClass() == type && !m.isBridge() && !ends) targets.add(m);
      }
    }
    targets.sort(Comparator.comparing(Executable::toGenericString));
  }

  public static void main(String[] args) throws Exception {
    Fuzzer fuzzer =
        new Fuzzer(Long.parseLong(args[0]), Path.of(args[2]), Boolean.parseBoolean(args[3]));
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    });
    if (fuzzer.writes) {
      Thread writer = new Thread(fuzzer::write);
      writer.setDaemon(true);
      writer.start();
    }
    for (int left = Integer.parseInt(args[1]); left > 0; left -= PER_THREAD) {
      int calls = Math.min(left, PER_THREAD);
      Thread thread = new Thread(() -> fuzzer.calls(calls));
      thread.start();
      thread.join();
    }
    System.out.println(fuzzer.targets.size() + " methods; " + fuzzer.outcomes);
    if (!fuzzer.wrong.isEmpty()) System.exit(1);
  }

  static List<Class<?>> publicClasses() throws Exception {
    List<Class<?>> classes = new ArrayList<>();
    URI source = URI.create(Tensor.class.getResource("Tensor.class").toString());
    try (FileSystem jar =
            source.getScheme().equals("jar") ? FileSystems.newFileSystem(source, Map.of()) : null;
        Stream<Path> files = Files.walk(Path.of(source).getParent())) {
      Path root = Path.of(source).getParent().getParent().getParent();
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString().replace('/', '.');
        if (!name.endsWith(".class") || name.endsWith("-info.class") || name.contains(".internal."))
          continue;
        Class<?> type = Class.forName(
            name.substring(0, name.length() - 6), false, Fuzzer.class.getClassLoader());
        boolean visible = Modifier.isPublic(type.getModifiers())
            && type.getPackageName().startsWith("io.retrograd");
        if (visible && !Throwable.class.isAssignableFrom(type)) classes.add(type);
      }
    }
    return classes;
  }

  private void calls(int n) {
    limitMemory();
    nonsense.begin(List.of(
        randn(2, 3),
        randn(3, 2).requiresGrad_(true),
        randn(3).requiresGrad_(true),
        ones(1),
        tensor(2.0).requiresGrad_(true),
        randn(FLOAT64, 3, 3),
        randint(0, 3, 2, 3),
        tensor(true, false, true),
        empty(0, 3),
        tensor(Double.NaN, Double.POSITIVE_INFINITY, -0.0),
        randn(2, 3, 4).permute(2, 0, 1),
        rand(2, 1).expand(2, 3),
        randn(2, 2).requiresGrad_(true).mul(2),
        randn(1, 1, 1, 1, 1, 1, 1, 2),
        closed()));
    nonsense.offer(new Linear(3, 2));
    nonsense.offer(new SGD(List.of(randn(3).requiresGrad_(true)), 0.1));
    for (int i = 0; i < n; i++) call(targets.get(random.nextInt(targets.size())));
  }

  /** Writes into the operands of the calls under way, as long as this process lives. */
  private void write() {
    Random choice = new Random(seed);
    while (true) {
      Tensor[] tensors = written;
      if (tensors.length == 0) continue;
      Tensor any = tensors[choice.nextInt(tensors.length)];
      try (Tensor target = any.detach()) { // of a leaf, too
        switch (choice.nextInt(4)) {
          case 0 -> target.fill_(WRITTEN[choice.nextInt(WRITTEN.length)]);
          case 1 -> target.zero_();
          case 2 -> target.copy_(tensors[choice.nextInt(tensors.length)]);
          default -> target.set(WRITTEN[choice.nextInt(WRITTEN.length)], choice.nextInt(3));
        }
      } catch (RuntimeException e) {
        if (!allowed(e) && wrong.add("write " + e.getClass())) e.printStackTrace(System.out);
      }
    }
  }

  private static Tensor closed() {
    Tensor t = ones(2);
    t.close();
    return t;
  }

  private void call(Executable target) {
    Type[] types = target.getGenericParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) arguments[i] = nonsense.of(types[i]);
    boolean onObject = target instanceof Method && !Modifier.isStatic(target.getModifiers());
    Object receiver = onObject ? nonsense.instance(target.getDeclaringClass()) : null;
    if (onObject && receiver == null) return;
    String what = describe(target, receiver, arguments);
    tell(what);
    if (writes) written = nonsense.pool();
    try {
      Object result = target instanceof Method method
          ? method.invoke(receiver, arguments)
          : ((Constructor<?>) target).newInstance(arguments);
      nonsense.offer(result);
      count("returned");
    } catch (InvocationTargetException e) {
      Throwable thrown = e.getCause();
      count(thrown.getClass().getSimpleName());
      boolean found = thrown instanceof AssertionError
          && target.getDeclaringClass() == GradCheck.class; // its purpose
      if (!allowed(thrown) && !found && wrong.add(target + " " + thrown.getClass())) {
        System.out.println("seed " + seed + ": " + what + " threw:");
        thrown.printStackTrace(System.out);
      }
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(what, e);
    }
    limitMemory();
  }

  private static void limitMemory() {
    for (int i = -1; i < Device.cudaCount(); i++) {
      Device device = i < 0 ? Device.CPU : Device.cuda(i);
      if (Memory.limit(device) != LIMIT) Memory.setLimit(device, LIMIT);
    }
  }

  private static boolean allowed(Throwable e) {
    if (e.getMessage() != null && e.getMessage().contains("unknown C++")) return false;
    return e instanceof RetrogradException
        || e instanceof IllegalArgumentException
        || e instanceof IllegalStateException
        || e instanceof NullPointerException
        || e instanceof IndexOutOfBoundsException
        || e
            instanceof UnsupportedOperationException // a module without forward, a read-only buffer
        || e instanceof Nonsense.Deliberate;
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  private void tell(String what) {
    ByteBuffer line = ByteBuffer.allocate(log.capacity());
    byte[] text = what.getBytes(StandardCharsets.UTF_8);
    line.put(text, 0, Math.min(text.length, line.capacity())).rewind();
    log.put(0, line, 0, line.capacity());
  }

  private static String describe(Executable target, Object receiver, Object[] arguments) {
    StringBuilder text = new StringBuilder();
    if (receiver != null) text.append(describe(receiver)).append(".");
    text.append(target.getDeclaringClass().getSimpleName())
        .append(".")
        .append(target.getName())
        .append("(");
    for (Object argument : arguments) text.append(describe(argument)).append("; ");
    return text.append(")").toString();
  }

  private static String describe(Object value) {
    if (value instanceof Tensor t) {
      if (t.isClosed()) return "closed";
      return t.dtype()
          + Arrays.toString(t.shape())
          + (t.isContiguous() ? "" : " strided")
          + (t.requiresGrad() ? " grad" : "");
    }
    if (value instanceof Object[] array)
      return Arrays.stream(array).map(Fuzzer::describe).toList().toString();
    if (value instanceof List<?> list)
      return list.stream().map(Fuzzer::describe).toList().toString();
    if (value != null && value.getClass().isArray()) {
      return Arrays.deepToString(new Object[] {value});
    }
    return value instanceof Number || value instanceof CharSequence || value == null
        ? String.valueOf(value)
        : value.getClass().getSimpleName();
  }
}
