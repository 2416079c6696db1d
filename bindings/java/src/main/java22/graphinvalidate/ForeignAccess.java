package graphinvalidate;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Calls C by Java's own means: from Java 22 on. */
@SuppressWarnings("restricted")
final class ForeignAccess extends Foreign {
    private final Linker linker = Linker.nativeLinker();
    private final MemorySegment memory;
    private final Procedure malloc;
    private final Procedure free;
    private SymbolLookup library;

    ForeignAccess() {
        try {
            memory = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
        } catch (IllegalCallerException denied) {
            throw new NativeLibraryException(
                    "This Java runtime denies native access to the module of graph-invalidate. Start it with"
                            + " --enable-native-access=graphinvalidate, or with --enable-native-access=ALL-UNNAMED where the"
                            + " library is on the class path.",
                    denied);
        }
        malloc = ofSystem("malloc", "ll");
        free = ofSystem("free", "vl");
    }

    @Override
    void open(String path) {
        // As a string: a Path would be resolved, which a file in memory cannot be.
        library = SymbolLookup.libraryLookup(path, Arena.global());
    }

    @Override
    Procedure procedure(String name, String types) {
        return procedure(library.find(name).orElseThrow(() -> new UnsatisfiedLinkError("it has no " + name)), types);
    }

    @Override
    Procedure ofSystem(String name, String types) {
        return linker.defaultLookup().find(name).map(address -> procedure(address, types)).orElse(null);
    }

    private Procedure procedure(MemorySegment address, String types) {
        MemoryLayout[] given = new MemoryLayout[types.length() - 1];
        for (int index = 0; index < given.length; index++) {
            given[index] = layout(types.charAt(index + 1));
        }
        char result = types.charAt(0);
        FunctionDescriptor descriptor =
                result == 'v' ? FunctionDescriptor.ofVoid(given) : FunctionDescriptor.of(layout(result), given);
        MethodType longs = MethodType.genericMethodType(given.length);
        longs = MethodType.methodType(long.class, longs.parameterList().stream().map(any -> long.class).toArray(Class<?>[]::new));
        MethodHandle handle = MethodHandles.explicitCastArguments(linker.downcallHandle(address, descriptor), longs)
                .asSpreader(long[].class, given.length);
        return arguments -> {
            try {
                return (long) handle.invokeExact(arguments);
            } catch (RuntimeException | Error failure) {
                throw failure;
            } catch (Throwable impossible) {
                throw new IllegalStateException(impossible);
            }
        };
    }

    private static MemoryLayout layout(char type) {
        return type == 'i' ? JAVA_INT : JAVA_LONG;
    }

    @Override
    long allocate(long size) {
        return malloc.call(size);
    }

    @Override
    void free(long address) {
        free.call(address);
    }

    @Override
    void write(long address, byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, address, bytes.length);
    }

    @Override
    byte[] read(long address, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(memory, JAVA_BYTE, address, bytes, 0, length);
        return bytes;
    }

    @Override
    String text(long address) {
        return memory.getString(address);
    }
}
