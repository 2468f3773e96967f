package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Callbacks;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One reading of the fields of a module. Which fields there are is found once for each class; what they hold is read
 * anew each time, so that a field assigned later counts.
 */
final class Fields {
  /** Those in which modules or tensors may be, superclass first, in the order of declaration. */
  private static final ClassValue<List<Field>> DECLARED = new ClassValue<>() {
    @Override
    protected List<Field> computeValue(Class<?> type) {
      Class<?> parent = type.getSuperclass();
      List<Field> all =
          new ArrayList<>(parent == null || parent == Module.class ? List.of() : get(parent));
      for (Field field : type.getDeclaredFields()) {
        boolean skipped = field.isSynthetic()
            || Modifier.isStatic(field.getModifiers())
            || Modifier.isTransient(field.getModifiers());
        if (!skipped && (field.getType() == Tensor.class || mayHoldModules(field.getGenericType())))
          all.add(field);
      }
      return List.copyOf(all);
    }
  };

  private final Module owner;
  private final Set<Object> registered;
  private final Map<Tensor, Unnamed> unnamed;
  private final Members found;
  private final Set<Tensor> held = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Field, Object> others = new LinkedHashMap<>();
  private final List<Field> closed = new ArrayList<>();

  private Fields(Module owner, Members registered, Map<Tensor, Unnamed> unnamed) {
    this.owner = owner;
    this.registered = registered.all();
    this.unnamed = unnamed;
    found = registered.copy();
    for (Field field : DECLARED.get(owner.getClass())) {
      if (field.trySetAccessible()) take(field, valueOf(field, owner));
      else closed.add(field);
    }
  }

  /**
   * Returns what a module holds: first what it registered, then what only its fields hold.
   *
   * @throws IllegalStateException where a field cannot count, for its name, its package or what it holds
   */
  static Members read(Module owner, Members registered, Map<Tensor, Unnamed> unnamed) {
    if (DECLARED.get(owner.getClass()).isEmpty() && unnamed.isEmpty()) return registered;
    Fields fields = new Fields(owner, registered, unnamed);
    fields.requireKnownModules();
    fields.requireReadable();
    fields.requireNames();
    return fields.found;
  }

  /** Removes the tensors in whose fields others are now. */
  static void forgetReplaced(Module owner, Members registered, Map<Tensor, Unnamed> unnamed) {
    if (unnamed.isEmpty()) return;
    Fields fields = new Fields(owner, registered, unnamed);
    List<Tensor> replaced = unnamed.keySet().stream().filter(fields::isReplaced).toList();
    replaced.forEach(unnamed::remove);
  }

  private void take(Field field, @Nullable Object value) {
    if (value instanceof Module module) {
      if (module != owner && !registered.contains(module)) put(found.modules, field, module);
    } else if (value instanceof Tensor tensor) {
      Unnamed mark = unnamed.get(tensor);
      if (mark == null) return;
      mark.field = field;
      held.add(tensor);
      if (!registered.contains(tensor))
        put(mark.isParameter ? found.parameters : found.buffers, field, tensor);
    } else if (value != null) {
      others.put(field, value);
    }
  }

  private <T> void put(Map<String, T> into, Field field, T value) {
    String name = field.getName();
    if (into.get(name) == value) return;
    if (found.has(name)) {
      throw wrong("two things are named \"" + name + "\", one of them in the field of "
          + field.getDeclaringClass().getSimpleName()
          + "; rename a field, or register one under another name");
    }
    into.put(name, value);
  }

  // ---- what cannot count ----

  private void requireKnownModules() {
    if (others.isEmpty()) return;
    Set<Object> known = found.all();
    known.add(owner);
    others.forEach((field, value) -> {
      if (holdsOther(value, known, Collections.newSetFromMap(new IdentityHashMap<>()))) {
        throw wrong("the field \"" + field.getName() + "\" of type "
            + field.getType().getSimpleName()
            + " holds modules, which would not count: use a ModuleList, or a ModuleDict, or register(...)"
            + " each; a transient field is not looked at");
      }
    });
  }

  private static boolean holdsOther(@Nullable Object value, Set<Object> known, Set<Object> seen) {
    if (value instanceof Module) return !known.contains(value);
    Collection<?> elements = elements(value);
    return !elements.isEmpty()
        && seen.add(value)
        && elements.stream().anyMatch(e -> holdsOther(e, known, seen));
  }

  private static Collection<?> elements(@Nullable Object value) {
    if (value instanceof Object[] array) return Arrays.asList(array);
    if (value instanceof Collection<?> collection) return collection;
    if (value instanceof Map<?, ?> map) return map.values();
    if (value instanceof Optional<?> optional) return optional.stream().toList();
    if (!(value instanceof Record)) return List.of();
    List<@Nullable Object> components = new ArrayList<>();
    for (Field field : DECLARED.get(value.getClass())) {
      if (field.trySetAccessible()) components.add(valueOf(field, value));
    }
    return components;
  }

  /** Fields that cannot be read are fine where a registered module can be in each. */
  private void requireReadable() {
    if (closed.isEmpty()) return;
    Set<Object> free = Collections.newSetFromMap(new IdentityHashMap<>());
    free.addAll(found.modules.values());
    for (Field field : DECLARED.get(owner.getClass())) {
      if (!closed.contains(field)) free.remove(valueOf(field, owner));
    }
    // Classes form a tree: where the narrowest fields choose first, none takes what another needs.
    List<Field> narrowestFirst = closed.stream()
        .filter(field -> Module.class.isAssignableFrom(field.getType()))
        .sorted(Comparator.comparing(field -> -depth(field.getType())))
        .toList();
    for (Field field : narrowestFirst) {
      Object module =
          free.stream().filter(field.getType()::isInstance).findFirst().orElse(null);
      if (module == null)
        throw wrong(notOpen(field) + ", or register(\"" + field.getName() + "\", ...)");
      free.remove(module);
    }
  }

  private static int depth(Class<?> type) {
    Class<?> parent = type.getSuperclass();
    return parent == null ? 0 : 1 + depth(parent);
  }

  private void requireNames() {
    unnamed.forEach((tensor, mark) -> {
      if (held.contains(tensor) || registered.contains(tensor) || isReplaced(tensor)) return;
      Field field = mark.field;
      if (field != null) {
        throw wrong("the field \"" + field.getName() + "\" held a " + mark.kind()
            + " and now another tensor: assign " + mark.kind() + "(tensor) to it");
      }
      for (Field unread : closed) {
        if (unread.getType() == Tensor.class)
          throw wrong(
              notOpen(unread) + ", or " + mark.kind() + "(\"" + unread.getName() + "\", tensor)");
      }
      throw wrong("a " + mark.kind() + " without a name is in no field: assign what " + mark.kind()
          + "(tensor) returns to a field of its own, give a name, " + mark.kind()
          + "(\"name\", tensor), or use a ParameterList");
    });
  }

  /** Whether its field is empty by now or holds another tensor that counts. */
  private boolean isReplaced(Tensor tensor) {
    Unnamed mark = unnamed.get(tensor);
    Field field = mark == null ? null : mark.field;
    if (field == null || held.contains(tensor)) return false;
    Object now = valueOf(field, owner);
    return now == null
        || registered.contains(now)
        || now instanceof Tensor t && unnamed.containsKey(t);
  }

  private static String notOpen(Field field) {
    Class<?> type = field.getDeclaringClass();
    return "the field \"" + field.getName()
        + "\" cannot be read, as its package is not open: add \"opens "
        + type.getPackageName() + " to io.retrograd;\" to the module-info of "
        + type.getModule().getName();
  }

  private IllegalStateException wrong(String text) {
    return new IllegalStateException(Callbacks.title(owner) + ": " + text);
  }

  // ---- reflection ----

  private static @Nullable Object valueOf(Field field, Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e); // it was made accessible
    }
  }

  private static boolean mayHoldModules(Type type) {
    if (type instanceof GenericArrayType array)
      return mayHoldModules(array.getGenericComponentType());
    if (type instanceof WildcardType any) return mayHoldModules(any.getUpperBounds()[0]);
    if (type instanceof ParameterizedType p && p.getRawType() instanceof Class<?> raw) {
      return isContainer(raw) && raw.getPackageName().startsWith("java.util")
          ? Arrays.stream(p.getActualTypeArguments()).anyMatch(Fields::mayHoldModules)
          : mayHoldModules(raw);
    }
    if (!(type instanceof Class<?> c)) return true; // a type variable
    if (c.isArray()) return mayHoldModules(c.getComponentType());
    return c.isInterface()
        || c == Object.class
        || Module.class.isAssignableFrom(c)
        || isContainer(c);
  }

  private static boolean isContainer(Class<?> type) {
    return Collection.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || Optional.class == type
        || Record.class.isAssignableFrom(type);
  }
}
