package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** All classes with an initializer are initialized before the first operation. */
class StartupTest {

  private static final String ROOT = "io.github.softmax4j.";

  /** They hold the names, and are used by the thread that initializes the others. */
  private static final Set<String> LISTS = Set.of("Startup$SharedClasses", "Startup$VectorClasses");

  @Test
  void listsAreComplete() throws IOException {
    Set<String> listed = new TreeSet<>(List.of(Startup.SharedClasses.NAMES));
    listed.addAll(List.of(Startup.VectorClasses.NAMES));
    Set<String> missing = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Jvm.library())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        ClassModel model = ClassFile.of().parse(file);
        String name = model.thisClass().asInternalName().replace('/', '.');
        if (hasInitializer(model) && !isOfVectorsAlone(model) && !name.contains(".cli.")) {
          missing.add(name.substring(ROOT.length()));
        }
      }
    }
    missing.removeAll(listed);
    missing.removeAll(LISTS);
    assertEquals(Set.of(), missing);
  }

  @Test
  void namesAreThoseOfClasses() throws ClassNotFoundException {
    for (String name : Startup.SharedClasses.NAMES) {
      Class.forName(ROOT + name, false, StartupTest.class.getClassLoader());
    }
    for (String name : Startup.VectorClasses.NAMES) {
      Class.forName(ROOT + name, false, StartupTest.class.getClassLoader());
    }
  }

  private static boolean hasInitializer(ClassModel model) {
    return model.methods().stream().anyMatch(m -> m.methodName().equalsString("<clinit>"));
  }

  /** The thread that has vector code compiled initializes these. */
  private static boolean isOfVectorsAlone(ClassModel model) {
    return StreamSupport.stream(model.constantPool().spliterator(), false)
        .anyMatch(e -> e instanceof Utf8Entry text && text.stringValue().contains("jdk/incubator"));
  }
}
