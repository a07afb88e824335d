package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Links of a document to files and headings of the repository lead somewhere. */
@EnabledIfSystemProperty(named = "test.path", matches = "vector")
@DisabledIfSystemProperty(named = "test.maxBits", matches = ".+")
class DocumentLinksTest {

  private static final Pattern CODE_BLOCK = Pattern.compile("```.*?```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  @Test
  void linksLeadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    int count = 0;
    for (Path document : Documents.all()) {
      for (MatchResult link : LINK.matcher(withoutCode(document)).results().toList()) {
        if (!link.group(1).contains(":")) {
          count++;
          if (!leadsSomewhere(document, link.group(1))) {
            broken.add(document + ": " + link.group(1));
          }
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(count > 50, "there are links");
  }

  private static boolean leadsSomewhere(Path document, String link) {
    String[] parts = link.split("#", 2);
    Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
    if (!Files.exists(file)) {
      return false;
    }
    return parts.length == 1 || hasHeading(file, parts[1]);
  }

  private static boolean hasHeading(Path document, String anchor) {
    return HEADING
        .matcher(withoutCode(document))
        .results()
        .anyMatch(heading -> anchor(heading.group(1)).equals(anchor));
  }

  /** What GitHub makes of a heading. */
  private static String anchor(String heading) {
    return heading
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .strip()
        .replace(' ', '-');
  }

  private static String withoutCode(Path document) {
    return CODE_BLOCK.matcher(Documents.text(document)).replaceAll("");
  }
}
