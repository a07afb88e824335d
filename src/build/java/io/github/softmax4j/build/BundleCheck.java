package io.github.softmax4j.build;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/**
 * The requirements of Maven Central on a bundle: names, fields of the POM, checksums, signatures.
 */
final class BundleCheck {

  private static final List<String> FIELDS =
      List.of(
          "groupId",
          "artifactId",
          "version",
          "name",
          "description",
          "url",
          "licenses/license/name",
          "licenses/license/url",
          "developers/developer/name",
          "scm/url",
          "scm/connection",
          "scm/developerConnection");

  private static final List<String> ARTIFACTS =
      List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar");

  private static final Map<String, String> CHECKSUMS = Map.of(".md5", "MD5", ".sha1", "SHA-1");

  /** Whether a signature is one of a file. */
  interface Verifier {
    boolean isSignature(byte[] signature, byte[] file);
  }

  private final Map<String, byte[]> files;
  private final Verifier verifier;
  private final List<String> complaints = new ArrayList<>();

  private BundleCheck(Map<String, byte[]> files, Verifier verifier) {
    this.files = files;
    this.verifier = verifier;
  }

  /** Ends with an error that lists what Maven Central would refuse. */
  public static void main(String[] args) throws IOException {
    List<String> complaints = complaints(read(Path.of(args[0])), BundleCheck::isSignatureForGpg);
    if (!complaints.isEmpty()) {
      System.err.println(args[0] + ":\n" + String.join("\n", complaints));
      System.exit(1);
    }
  }

  /** What is wrong with the files of a bundle, by their paths in it. */
  static List<String> complaints(Map<String, byte[]> files, Verifier verifier) {
    BundleCheck check = new BundleCheck(files, verifier);
    List<String> poms = files.keySet().stream().filter(name -> name.endsWith(".pom")).toList();
    if (poms.size() == 1) {
      check.check(poms.getFirst());
    } else {
      check.complaints.add("POMs: " + poms);
    }
    return check.complaints;
  }

  static Map<String, byte[]> read(Path zip) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!entry.isDirectory()) {
          files.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    return files;
  }

  private void check(String pom) {
    Document document = parse(files.get(pom));
    FIELDS.stream()
        .filter(field -> field(document, field).isBlank())
        .forEach(field -> complaints.add("the POM has no " + field));
    String artifact = field(document, "artifactId");
    String version = field(document, "version");
    if (version.endsWith("-SNAPSHOT")) {
      complaints.add("a snapshot: " + version);
    }
    String group = field(document, "groupId").replace('.', '/');
    String start = String.join("/", group, artifact, version, artifact + "-" + version);
    ARTIFACTS.forEach(ending -> checkFile(start + ending));
  }

  private void checkFile(String name) {
    byte[] file = files.get(name);
    if (file == null) {
      complaints.add("missing: " + name);
      return;
    }
    CHECKSUMS.forEach(
        (ending, algorithm) -> {
          byte[] stated = files.getOrDefault(name + ending, new byte[0]);
          if (!digest(algorithm, file).equals(new String(stated, StandardCharsets.US_ASCII))) {
            complaints.add("missing or wrong: " + name + ending);
          }
        });
    byte[] signature = files.get(name + ".asc");
    if (signature == null || !verifier.isSignature(signature, file)) {
      complaints.add("missing or wrong: " + name + ".asc");
    }
  }

  private static Document parse(byte[] pom) {
    try {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(pom));
    } catch (IOException | SAXException | ParserConfigurationException e) {
      throw new IllegalArgumentException("the POM is not XML", e);
    }
  }

  private static String field(Document pom, String path) {
    try {
      return XPathFactory.newDefaultInstance().newXPath().evaluate("/project/" + path, pom);
    } catch (XPathExpressionException e) {
      throw new IllegalArgumentException(path, e);
    }
  }

  static String digest(String algorithm, byte[] file) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(file));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With the keys that GnuPG knows. */
  private static boolean isSignatureForGpg(byte[] signature, byte[] file) {
    try {
      Path signed = Files.createTempFile("bundle", ".signed");
      Path detached = Files.createTempFile("bundle", ".asc");
      try {
        Files.write(signed, file);
        Files.write(detached, signature);
        return new ProcessBuilder(
                    "gpg", "--batch", "--quiet", "--verify", "" + detached, "" + signed)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
      } finally {
        Files.delete(signed);
        Files.delete(detached);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
