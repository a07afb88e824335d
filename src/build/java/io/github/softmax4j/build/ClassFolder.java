package io.github.softmax4j.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The class files below a folder, by internal name, and how they are read and written. */
final class ClassFolder {

  private final Path folder;
  private final ClassFile format;
  private final Map<String, ClassModel> classes = new TreeMap<>();

  ClassFolder(Path folder) throws IOException {
    this.folder = folder;
    format =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(this::open)));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.filter(this::isClass).sorted()::iterator) {
        ClassModel model = format.parse(file);
        classes.put(model.thisClass().asInternalName(), model);
      }
    }
  }

  private boolean isClass(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".class") && !name.equals("module-info.class");
  }

  Map<String, ClassModel> classes() {
    return classes;
  }

  /** A class of this folder, or {@code null}. */
  ClassModel find(String internalName) {
    return classes.get(internalName);
  }

  ClassFile format() {
    return format;
  }

  /** Writes a class whose bytes have changed, and replaces its model. */
  void write(ClassModel model, byte[] bytes) throws IOException {
    Path file = folder.resolve(model.thisClass().asInternalName() + ".class");
    if (!Arrays.equals(bytes, Files.readAllBytes(file))) {
      Files.write(file, bytes);
    }
    classes.put(model.thisClass().asInternalName(), format.parse(bytes));
  }

  /** The class file of any class: of this folder, or of the JDK that runs this. */
  private InputStream open(ClassDesc type) {
    String name = type.descriptorString().substring(1, type.descriptorString().length() - 1);
    try {
      Path own = folder.resolve(name + ".class");
      return Files.newInputStream(Files.exists(own) ? own : ofJdk(name));
    } catch (IOException e) {
      throw new UncheckedIOException("no class file of " + name, e);
    }
  }

  /** From the image itself, which also holds modules that this JVM was not started with. */
  private static Path ofJdk(String name) throws IOException {
    Path image = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/");
    Path packages =
        image
            .resolve("packages")
            .resolve(name.substring(0, name.lastIndexOf('/')).replace('/', '.'));
    try (Stream<Path> modules = Files.list(packages)) {
      Path module = modules.findFirst().orElseThrow().getFileName();
      return image.resolve("modules").resolve(module).resolve(name + ".class");
    }
  }
}
