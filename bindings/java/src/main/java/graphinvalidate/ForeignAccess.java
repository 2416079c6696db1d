package graphinvalidate;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.Collections;

/**
 * Calls C through JNA: for Java 8 to 21. Java 22 and later take the class of the same name that calls it by themselves.
 */
final class ForeignAccess extends Foreign {
    private NativeLibrary library;

    ForeignAccess() {
        // Fails here, and not in the midst of a call, where JNA is not there.
        Native.getNativeSize(long.class);
    }

    @Override
    void open(String path) {
        library = NativeLibrary.getInstance(path, Collections.<String, Object>emptyMap());
    }

    @Override
    Procedure procedure(String name, String types) {
        return procedure(library.getFunction(name), types);
    }

    @Override
    Procedure ofSystem(String name, String types) {
        try {
            return procedure(NativeLibrary.getProcess().getFunction(name), types);
        } catch (UnsatisfiedLinkError absent) {
            return null;
        }
    }

    private static Procedure procedure(Function function, String types) {
        return arguments -> {
            Object[] given = new Object[arguments.length];
            for (int index = 0; index < given.length; index++) {
                if (types.charAt(index + 1) == 'i') {
                    given[index] = (int) arguments[index];
                } else {
                    given[index] = arguments[index];
                }
            }
            switch (types.charAt(0)) {
                case 'v':
                    function.invokeVoid(given);
                    return 0;
                case 'i':
                    return function.invokeInt(given);
                default:
                    return function.invokeLong(given);
            }
        };
    }

    @Override
    long allocate(long size) {
        return Native.malloc(size);
    }

    @Override
    void free(long address) {
        Native.free(address);
    }

    @Override
    void write(long address, byte[] bytes) {
        new Pointer(address).write(0, bytes, 0, bytes.length);
    }

    @Override
    byte[] read(long address, int length) {
        return new Pointer(address).getByteArray(0, length);
    }

    @Override
    String text(long address) {
        return new Pointer(address).getString(0, "UTF-8");
    }
}
