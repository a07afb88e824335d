package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Kernel classes, and all packages, depend on each other in one direction only. */
class DependencyTest {

  private static final String ROOT = "io/github/softmax4j/";

  private static final Pattern OWN = Pattern.compile("L(" + ROOT + "[\\w/]+)");

  @Test
  void kernelClassesFormNoCycle() {
    Map<String, Set<String>> classes = dependencies(name -> name);
    classes.keySet().removeIf(name -> packageOf(name).equals(packageOf(ROOT + "Softmax")));
    assertTrue(classes.size() > 40, "classes found: " + classes.keySet());
    assertEquals(List.of(), cycles(classes));
  }

  @Test
  void packagesFormNoCycle() {
    Map<String, Set<String>> packages = dependencies(DependencyTest::packageOf);
    assertTrue(packages.size() > 1, "packages found: " + packages.keySet());
    assertEquals(List.of(), cycles(packages));
  }

  /** So that a tool which removes unused classes from a jar keeps the vector path. */
  @Test
  void vectorPathIsReferredTo() {
    Map<String, Set<String>> classes = dependencies(name -> name);
    Set<String> reached = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(ROOT + "Softmax"));
    while (!open.isEmpty()) {
      String at = open.remove();
      if (reached.add(at)) {
        open.addAll(classes.getOrDefault(at, Set.of()));
      }
    }
    assertTrue(reached.contains(ROOT + "internal/vector/VectorKernel"), reached::toString);
  }

  /** Which units need which others; a unit is what {@code unitOf} makes of a class's name. */
  private static Map<String, Set<String>> dependencies(Function<String, String> unitOf) {
    Map<String, Set<String>> dependencies = new TreeMap<>();
    for (ClassModel type : mainClasses()) {
      String unit = unitOf.apply(outermost(type.thisClass().asInternalName()));
      Set<String> others = dependencies.computeIfAbsent(unit, name -> new TreeSet<>());
      names(type).map(DependencyTest::outermost).map(unitOf).forEach(others::add);
      others.remove(unit);
    }
    return dependencies;
  }

  private static List<ClassModel> mainClasses() {
    List<ClassModel> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(mainFolder())) {
      for (Path file : files.filter(DependencyTest::isClass).toList()) {
        classes.add(ClassFile.of().parse(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return classes;
  }

  private static boolean isClass(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".class") && !name.equals("module-info.class");
  }

  private static Path mainFolder() {
    try {
      return Path.of(Softmax.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The names of the project's classes in a class's constants, descriptors among them. */
  private static Stream<String> names(ClassModel type) {
    Set<String> names = new TreeSet<>();
    for (PoolEntry entry : type.constantPool()) {
      if (entry instanceof ClassEntry other && other.asInternalName().startsWith(ROOT)) {
        names.add(other.asInternalName());
      } else if (entry instanceof Utf8Entry text) {
        Matcher matcher = OWN.matcher(text.stringValue());
        while (matcher.find()) {
          names.add(matcher.group(1));
        }
      }
    }
    return names.stream();
  }

  private static String outermost(String name) {
    return name.replaceAll("\\$.*", "");
  }

  private static String packageOf(String name) {
    return name.substring(0, name.lastIndexOf('/'));
  }

  /** Every unit from which a way leads back to it, with the way. */
  private static List<String> cycles(Map<String, Set<String>> dependencies) {
    return dependencies.keySet().stream()
        .map(unit -> wayBack(unit, dependencies))
        .filter(way -> !way.isEmpty())
        .toList();
  }

  private static String wayBack(String unit, Map<String, Set<String>> dependencies) {
    Map<String, String> cameFrom = new TreeMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(unit));
    while (!open.isEmpty()) {
      String at = open.remove();
      for (String next : dependencies.getOrDefault(at, Set.of())) {
        if (next.equals(unit)) {
          return way(at, cameFrom) + " -> " + unit;
        }
        if (cameFrom.putIfAbsent(next, at) == null) {
          open.add(next);
        }
      }
    }
    return "";
  }

  private static String way(String to, Map<String, String> cameFrom) {
    return cameFrom.containsKey(to) ? way(cameFrom.get(to), cameFrom) + " -> " + to : to;
  }
}
