package graphinvalidate;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;

/** The native library: found, opened once, and never closed. */
final class Library {
    private static Library loaded;
    private static RuntimeException failure;

    final Foreign foreign;
    final Abi abi;

    private Library(Foreign foreign, Abi abi) {
        this.foreign = foreign;
        this.abi = abi;
    }

    /** Loads the library when it is first needed. What went wrong stays: the same file would fail again. */
    static synchronized Library get() {
        if (failure != null) {
            throw failure;
        }
        if (loaded == null) {
            try {
                loaded = load();
            } catch (NativeLibraryException failed) {
                failure = failed;
                throw failed;
            }
        }
        return loaded;
    }

    private static Library load() {
        if (System.getProperty("os.arch").matches("x86|i386|arm|arm32")) {
            throw new NativeLibraryException("graph-invalidate needs a Java runtime of 64 bits.", null);
        }
        Foreign foreign = foreign();
        String path = System.getProperty("graph.invalidate.library");
        if (path == null) {
            path = System.getenv("GRAPH_INVALIDATE_LIBRARY");
        }
        if (path == null || path.isEmpty()) {
            path = openOwn(foreign);
        } else if (!new File(path).isAbsolute()) {
            throw new NativeLibraryException(
                    "graph.invalidate.library or GRAPH_INVALIDATE_LIBRARY is " + path + ": give a full path.", null);
        } else {
            String fault = fault(path);
            if (fault != null) {
                throw new NativeLibraryException("The native library " + path + fault, null);
            }
            open(foreign, path);
        }
        try {
            // A library of another ABI may lack any of the other functions.
            long version = foreign.procedure("graph_abi_version", "i").call();
            if (version != Abi.VERSION) {
                throw new NativeLibraryException("The native library " + path + " has ABI " + version
                        + ", and this jar is for ABI " + Abi.VERSION + ": take both from one version.", null);
            }
            return new Library(foreign, new Abi(foreign));
        } catch (UnsatisfiedLinkError missing) {
            throw new NativeLibraryException("The native library " + path + " is older than this jar, or another library: "
                    + missing.getMessage() + ". Take both from one version.", missing);
        }
    }

    private static Foreign foreign() {
        try {
            return new ForeignAccess();
        } catch (NoClassDefFoundError missing) {
            throw new NativeLibraryException("Java 8 to 21 needs JNA to call the native library: add net.java.dev.jna:jna to"
                    + " the dependencies, or use Java 22 or later.", missing);
        } catch (UnsatisfiedLinkError broken) {
            throw new NativeLibraryException("JNA cannot be used here: " + broken.getMessage(), broken);
        }
    }

    private static void open(Foreign foreign, String path) {
        try {
            foreign.open(path);
        } catch (UnsatisfiedLinkError | IllegalArgumentException failed) {
            throw new NativeLibraryException(
                    "The native library " + path + " cannot be loaded: " + failed.getMessage(), failed);
        }
    }

    /**
     * What is wrong with a library of Linux, as far as its beginning tells: one that ends before the table of its
     * sections does, which stands at its end, could end the virtual machine by SIGBUS, and of one for another processor
     * the system would say that there is no such file. What cannot be read is left to the loader, which says why.
     */
    private static String fault(String path) {
        try (RandomAccessFile file = new RandomAccessFile(path, "r")) {
            ByteBuffer head = beginning(file);
            if (head.getInt(0) != 0x464c457f || head.get(4) != 2) {
                return null;
            }
            if (head.getLong(40) + (long) head.getShort(58) * head.getShort(60) > file.length()) {
                return " is cut short: install it again.";
            }
            try (RandomAccessFile program = new RandomAccessFile("/proc/self/exe", "r")) {
                ByteBuffer ours = beginning(program);
                return ours.getInt(0) == head.getInt(0) && ours.getShort(18) != head.getShort(18)
                        ? " is for another processor than this Java: install the one for this."
                        : null;
            }
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** The first 64 bytes of a file; zeros where it has no more. */
    private static ByteBuffer beginning(RandomAccessFile file) throws IOException {
        byte[] head = new byte[64];
        return ByteBuffer.wrap(file.read(head) < head.length ? new byte[head.length] : head).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Opens the library inside the jar: from memory on Linux, so that no folder need allow execution; otherwise from a
     * file.
     */
    private static String openOwn(Foreign foreign) {
        byte[] content = content();
        Foreign.Procedure create = null;
        if (system().equals("linux")) {
            create = foreign.ofSystem("memfd_create", "ili");
        }
        if (create != null) {
            int descriptor;
            try (Memory memory = new Memory(foreign)) {
                descriptor = (int) create.call(memory.text("graph-invalidate"), 1);
            }
            if (descriptor >= 0) {
                String path = "/proc/self/fd/" + descriptor;
                try (FileOutputStream file = new FileOutputStream(path)) {
                    file.write(content);
                    foreign.open(path);
                    return path;
                } catch (IOException | UnsatisfiedLinkError | IllegalArgumentException notFromMemory) {
                    // Then from a file.
                } finally {
                    // What is mapped stays mapped.
                    foreign.ofSystem("close", "ii").call(descriptor);
                }
            }
        }
        String path = file(content).toString();
        open(foreign, path);
        return path;
    }

    private static byte[] content() {
        String platform = system() + (isMusl() ? "-musl-" : "-") + architecture();
        String name = "native/" + platform + "/" + System.mapLibraryName("graph_invalidate");
        try (InputStream stream = Library.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new NativeLibraryException("This jar has no native library for " + platform + platforms() + ". Build one, and name it in -Dgraph.invalidate.library or GRAPH_INVALIDATE_LIBRARY.", null);
            }
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            byte[] part = new byte[1 << 16];
            for (int length = stream.read(part); length >= 0; length = stream.read(part)) {
                content.write(part, 0, length);
            }
            return content.toByteArray();
        } catch (IOException failed) {
            throw new NativeLibraryException("The native library in this jar cannot be read: " + failed, failed);
        }
    }

    /** For which platforms there is a library in this jar: a list that lies beside them. */
    private static String platforms() {
        try (InputStream stream = Library.class.getResourceAsStream("native/platforms")) {
            if (stream == null) {
                return "";
            }
            ByteArrayOutputStream list = new ByteArrayOutputStream();
            for (int character = stream.read(); character >= 0; character = stream.read()) {
                list.write(character);
            }
            return "; it has those for " + list.toString("UTF-8");
        } catch (IOException unreadable) {
            return "";
        }
    }

    /**
     * Writes the library into the user's cache folder, for the user alone, leaving no half of a file where others may
     * look.
     */
    private static Path file(byte[] content) {
        try {
            String cache = System.getenv("XDG_CACHE_HOME");
            Path folder = (cache == null || cache.isEmpty() ? Paths.get(System.getProperty("user.home"), ".cache") : Paths.get(cache))
                    .resolve("graph-invalidate");
            Files.createDirectories(folder);
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
            StringBuilder name = new StringBuilder();
            for (int index = 0; index < 8; index++) {
                name.append(String.format("%02x", sum[index]));
            }
            Path file = folder.resolve(name + "-" + System.mapLibraryName("graph_invalidate"));
            if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
                // Files of this method are readable by their owner alone.
                Path made = Files.createTempFile(folder, "new-", "");
                try {
                    Files.write(made, content);
                    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    Files.deleteIfExists(made);
                }
            }
            return file;
        } catch (IOException | NoSuchAlgorithmException failed) {
            throw new NativeLibraryException("The native library cannot be written into the cache folder: " + failed
                    + ". Name one that is a file in -Dgraph.invalidate.library or GRAPH_INVALIDATE_LIBRARY.", failed);
        }
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("windows") ? "windows" : name.startsWith("mac") ? "macos" : name;
    }

    /** Whether this Java runs on musl: what is installed beside it says nothing. */
    private static boolean isMusl() {
        try {
            return system().equals("linux")
                    && new String(Files.readAllBytes(Paths.get("/proc/self/maps")), StandardCharsets.ISO_8859_1).contains("/ld-musl-");
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }
}
