package io.github.softmax4j.build;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.tools.ToolProvider;

/** Small classes of a package {@code p}, compiled into a folder and called there. */
final class Compiled {

  private Compiled() {}

  /** Compiles a class of static members; others of the folder may use it, and it them. */
  static void compile(Path folder, String name, String members) throws IOException {
    Path file = folder.resolve("p").resolve(name + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        package p;
        import io.github.softmax4j.internal.vector.math.Inline;
        import io.github.softmax4j.internal.vector.math.Specialize;
        import jdk.incubator.vector.*;
        final class %s {
        %s
        }
        """
            .formatted(name, members));
    if (name.equals("User")) {
      return; // with what it uses
    }
    List<String> options =
        List.of(
            "-g",
            "-d",
            folder.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "--add-modules",
            "jdk.incubator.vector",
            "-proc:none",
            file.toString(),
            file.resolveSibling("User.java").toString());
    int result =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    if (result != 0) {
      throw new AssertionError("does not compile: " + members);
    }
  }

  static Object call(Path folder, String type, String name, Object... arguments)
      throws ReflectiveOperationException, IOException {
    URL[] urls = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, null)) {
      Method method =
          Arrays.stream(loader.loadClass(type).getDeclaredMethods())
              .filter(m -> m.getName().equals(name))
              .findFirst()
              .orElseThrow();
      method.setAccessible(true);
      return method.invoke(null, arguments);
    }
  }

  /** File and line where a call fails. */
  static String failure(Path folder, String name, Object argument) {
    Throwable cause =
        assertThrows(InvocationTargetException.class, () -> call(folder, "p.User", name, argument))
            .getCause();
    StackTraceElement place = cause.getStackTrace()[0];
    return place.getFileName() + ":" + place.getLineNumber();
  }
}
