package io.github.softmax4j.peers;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes a model of a few nodes in the ONNX format, whose messages and field numbers are those of
 * {@code onnx.proto}. Only what is needed here can be said.
 */
final class OnnxModel {

  static final int FLOAT = 1;
  static final int INT64 = 7;

  private static final int IR_VERSION = 8;
  private static final int OPSET = 18;
  private static final int INT_ATTRIBUTE = 2;
  private static final int STRING_ATTRIBUTE = 3;

  private final Message graph = new Message().string(2, "graph");

  /** A message of protocol buffers that is being written. */
  private static final class Message {

    private interface Field {
      void write(CodedOutputStream out) throws IOException;
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int field, long value) {
      return add(out -> out.writeInt64(field, value));
    }

    Message string(int field, String value) {
      return add(out -> out.writeString(field, value));
    }

    Message message(int field, Message value) {
      return add(out -> out.writeByteArray(field, value.bytes.toByteArray()));
    }

    Message bytes(int field, ByteString value) {
      return add(out -> out.writeBytes(field, value));
    }

    private Message add(Field field) {
      try {
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        field.write(out);
        out.flush();
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  OnnxModel input(String name, int type, long... dimensions) {
    graph.message(11, valueInfo(name, type, dimensions));
    return this;
  }

  OnnxModel output(String name, int type, long... dimensions) {
    graph.message(12, valueInfo(name, type, dimensions));
    return this;
  }

  /** A scalar that is part of the model. */
  OnnxModel constant(String name, float value) {
    return constant(name, value, new long[0]);
  }

  /** A tensor full of one value that is part of the model. */
  OnnxModel constant(String name, float value, long... dimensions) {
    Message tensor = new Message();
    int elements = 1;
    for (long dimension : dimensions) {
      tensor.number(1, dimension);
      elements *= (int) dimension;
    }
    byte[] raw = new byte[4 * elements];
    for (int i = 0; i < raw.length; i++) {
      // little endian, whatever the machine
      raw[i] = (byte) (Float.floatToIntBits(value) >>> 8 * (i % 4));
    }
    graph.message(5, tensor.number(2, FLOAT).string(8, name).bytes(9, ByteString.copyFrom(raw)));
    return this;
  }

  OnnxModel node(String operator, List<String> inputs, String output, Attribute... attributes) {
    Message node = new Message();
    inputs.forEach(input -> node.string(1, input));
    node.string(2, output).string(3, output).string(4, operator);
    for (Attribute attribute : attributes) {
      node.message(5, attribute.message);
    }
    graph.message(1, node);
    return this;
  }

  /** What a node is told besides its inputs. */
  static final class Attribute {

    private final Message message;

    private Attribute(Message message) {
      this.message = message;
    }

    static Attribute of(String name, long value) {
      return new Attribute(
          new Message().string(1, name).number(3, value).number(20, INT_ATTRIBUTE));
    }

    static Attribute of(String name, String value) {
      return new Attribute(
          new Message().string(1, name).string(4, value).number(20, STRING_ATTRIBUTE));
    }
  }

  byte[] toBytes() {
    return new Message()
        .number(1, IR_VERSION)
        .message(8, new Message().number(2, OPSET))
        .message(7, graph)
        .bytes
        .toByteArray();
  }

  private static Message valueInfo(String name, int type, long... dimensions) {
    Message shape = new Message();
    for (long dimension : dimensions) {
      shape.message(1, new Message().number(1, dimension));
    }
    Message tensor = new Message().number(1, type).message(2, shape);
    return new Message().string(1, name).message(2, new Message().message(1, tensor));
  }
}
