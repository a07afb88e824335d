package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/** Values as JSON, in files and in lines. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A list with a line for each value, so that tools that work by lines can be used. */
  static String lines(Collection<?> values) {
    return values.stream().map(Json::text).collect(Collectors.joining(",\n", "[\n", "\n]"));
  }

  static <T> T parse(String text, Class<T> type) throws IOException {
    return MAPPER.readValue(text, type);
  }

  static void write(Path file, Object value) throws IOException {
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), value);
  }

  /**
   * @throws RunFailedException saying in a sentence that there is no such file, or what is wrong in
   *     it
   */
  static <T> T read(Path file, Class<T> type) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new RunFailedException("There is no file " + file + ".");
    }
    try {
      return MAPPER.readValue(file.toFile(), type);
    } catch (JsonProcessingException e) {
      throw new RunFailedException(file + " holds something else: " + e.getOriginalMessage());
    }
  }
}
