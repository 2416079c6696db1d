package graphinvalidate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What one call hands to C: wiped and freed when it is closed. */
final class Memory implements AutoCloseable {
    private final Foreign foreign;
    private final List<long[]> pieces = new ArrayList<>();

    Memory(Foreign foreign) {
        this.foreign = foreign;
    }

    /** Takes a piece of memory that holds these bytes. */
    long bytes(byte[] bytes) {
        // An empty piece has an address, too.
        int size = Math.max(bytes.length, 1);
        long address = foreign.allocate(size);
        if (address == 0) {
            throw new OutOfMemoryError("malloc");
        }
        pieces.add(new long[] {address, size});
        foreign.write(address, bytes);
        return address;
    }

    long zeros(int size) {
        return bytes(new byte[size]);
    }

    /** The address of a text; 0 for null. */
    long text(CharSequence text) {
        return text == null ? 0 : text(text.toString().toCharArray());
    }

    long text(char[] text) {
        if (text == null) {
            return 0;
        }
        byte[] encoded = encode(text);
        long address = bytes(encoded);
        Arrays.fill(encoded, (byte) 0);
        return address;
    }

    /** Reads an address that a function has put into a piece of this memory. */
    long address(long place) {
        return ByteBuffer.wrap(foreign.read(place, 8)).order(ByteOrder.nativeOrder()).getLong();
    }

    /** The addresses of texts, one after another. */
    long texts(Collection<String> texts) {
        ByteBuffer addresses = buffer(8 * texts.size());
        for (String text : texts) {
            addresses.putLong(text(text));
        }
        return bytes(addresses.array());
    }

    Record record(int size) {
        return new Record(size);
    }

    @Override
    public void close() {
        for (long[] piece : pieces) {
            foreign.write(piece[0], new byte[(int) piece[1]]);
            foreign.free(piece[0]);
        }
        pieces.clear();
    }

    /**
     * UTF-8 with a NUL behind it. What Java's own encoders would change in silence reaches the library as it is, which
     * refuses it: a NUL within the text as two bytes, half of a surrogate pair as three.
     */
    static byte[] encode(char[] text) {
        byte[] bytes = new byte[text.length * 3 + 1];
        int length = 0;
        for (int index = 0; index < text.length; index++) {
            int letter = Character.codePointAt(text, index);
            if (letter > 0 && letter < 0x80) {
                bytes[length++] = (byte) letter;
            } else if (letter < 0x800) {
                bytes[length++] = (byte) (0xC0 | letter >> 6);
                bytes[length++] = (byte) (0x80 | letter & 0x3F);
            } else if (letter < 0x10000) {
                bytes[length++] = (byte) (0xE0 | letter >> 12);
                bytes[length++] = (byte) (0x80 | letter >> 6 & 0x3F);
                bytes[length++] = (byte) (0x80 | letter & 0x3F);
            } else {
                bytes[length++] = (byte) (0xF0 | letter >> 18);
                bytes[length++] = (byte) (0x80 | letter >> 12 & 0x3F);
                bytes[length++] = (byte) (0x80 | letter >> 6 & 0x3F);
                bytes[length++] = (byte) (0x80 | letter & 0x3F);
                index++;
            }
        }
        byte[] whole = Arrays.copyOf(bytes, length + 1);
        Arrays.fill(bytes, (byte) 0);
        return whole;
    }

    /** A time in milliseconds, rounded up; 0, the library's default, for null and for no time. */
    static long milliseconds(String name, Duration duration, long longest) {
        if (duration == null) {
            return 0;
        }
        try {
            long whole = duration.plusNanos(999_999).toMillis();
            if (!duration.isNegative() && whole <= longest) {
                return whole;
            }
        } catch (ArithmeticException tooLong) {
            // Said below.
        }
        throw GraphInvalidateException.local(Status.INVALID_OPTION, null,
                name + " is " + duration + ": give a time below 49 days, or 0 for the default.", null);
    }

    /** A value that protects, or says where calls go: null under its name is a value that was lost. */
    static <T> T given(String name, T value) {
        if (value == null) {
            throw GraphInvalidateException.local(Status.NULL_ARGUMENT, null,
                    name + " is null: see where its value was lost, or leave " + name + " out.", null);
        }
        return value;
    }

    /** The same for a list, which is nothing when nobody is in it. */
    static <T> Collection<T> givenList(String name, Collection<T> values) {
        if (given(name, values).isEmpty()) {
            throw GraphInvalidateException.local(Status.EMPTY_ARGUMENT, null,
                    name + " is an empty list: see why nobody is in it, or leave " + name + " out.", null);
        }
        return values;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    /** A structure of C, written field after field; its first says its size. */
    final class Record {
        private final ByteBuffer fields;

        private Record(int size) {
            fields = buffer(size);
            wide(size);
        }

        void word(long value) {
            fields.putInt((int) value);
        }

        void wide(long value) {
            fields.position(fields.position() + 7 & ~7);
            fields.putLong(value);
        }

        void texts(Collection<String> texts) {
            wide(texts == null ? 0 : Memory.this.texts(texts));
            wide(texts == null ? 0 : texts.size());
        }

        void bytes(byte[] bytes) {
            wide(bytes == null ? 0 : Memory.this.bytes(bytes));
            wide(bytes == null ? 0 : bytes.length);
        }

        void pairs(Map<String, String> pairs) {
            List<String> texts = new ArrayList<>();
            if (pairs != null) {
                for (Map.Entry<String, String> pair : pairs.entrySet()) {
                    texts.add(pair.getKey());
                    texts.add(pair.getValue());
                }
            }
            wide(pairs == null ? 0 : Memory.this.texts(texts));
            wide(texts.size() / 2);
        }

        long address() {
            return Memory.this.bytes(fields.array());
        }
    }
}
