import com.sun.source.tree.AnnotatedTypeTree;
import com.sun.source.tree.ArrayTypeTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Lists what a Java package shows, one item a line: the word that a changelog would name, a tab, and the item. */
public class PublicNames {
    private static final Map<String, String> LINES = new TreeMap<>();

    /** Whoever can write such a type or member in another package. */
    private static final Set<Modifier> SHOWN = Set.of(Modifier.PUBLIC, Modifier.PROTECTED);

    public static void main(String[] folder) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.list(Path.of(folder[0]))) {
            List<Path> all = sources.filter(file -> file.toString().endsWith(".java")).sorted().collect(Collectors.toList());
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(all));
            for (CompilationUnitTree unit : task.parse()) {
                for (Tree type : unit.getTypeDecls()) {
                    if (type instanceof ClassTree) {
                        type((ClassTree) type, "", false);
                    }
                }
            }
        }
        LINES.forEach((line, word) -> System.out.println(word + "\t" + line));
    }

    private static void type(ClassTree type, String owner, boolean inInterface) {
        if (!inInterface && !isShown(type.getModifiers())) {
            return;
        }
        String name = owner + type.getSimpleName();
        String kind = type.getKind() == Tree.Kind.CLASS ? "class" : type.getKind().name().toLowerCase();
        String above = type.getExtendsClause() == null ? "" : " extends " + text(type.getExtendsClause());
        String implemented = type.getImplementsClause().stream().map(PublicNames::text).collect(Collectors.joining(", "));
        add(type.getSimpleName().toString(),
                flags(type.getModifiers()) + kind + " " + name + above + (implemented.isEmpty() ? "" : " implements " + implemented));
        boolean isInterface = type.getKind() == Tree.Kind.INTERFACE || type.getKind() == Tree.Kind.ANNOTATION_TYPE;
        boolean hasConstructor = false;
        for (Tree member : type.getMembers()) {
            if (member instanceof ClassTree) {
                type((ClassTree) member, name + ".", isInterface);
            } else if (member instanceof MethodTree) {
                hasConstructor |= ((MethodTree) member).getReturnType() == null;
                method((MethodTree) member, name, isInterface);
            } else if (member instanceof VariableTree) {
                field((VariableTree) member, name, isInterface);
            }
        }
        if (kind.equals("class") && !hasConstructor) {
            add(type.getSimpleName().toString(), name + ": the constructor that Java makes");
        }
    }

    private static void method(MethodTree method, String owner, boolean inInterface) {
        if (!isShown(method.getModifiers()) && !(inInterface && !method.getModifiers().getFlags().contains(Modifier.PRIVATE))) {
            return;
        }
        boolean isConstructor = method.getReturnType() == null;
        String name = isConstructor ? "new" : method.getName().toString();
        // The names of parameters are nothing that a caller could write.
        String taken = method.getParameters().stream().map(given -> text(given.getType())).collect(Collectors.joining(", "));
        String thrown = method.getThrows().stream().map(PublicNames::text).collect(Collectors.joining(", "));
        String body = inInterface && method.getBody() != null && !method.getModifiers().getFlags().contains(Modifier.STATIC) ? "default " : "";
        String types = method.getTypeParameters().stream().map(Object::toString).collect(Collectors.joining(", "));
        add(isConstructor ? owner.substring(owner.lastIndexOf('.') + 1) : name,
                owner + ": " + flags(method.getModifiers()) + body + (types.isEmpty() ? "" : "<" + types + "> ")
                        + (isConstructor ? "" : text(method.getReturnType()) + " ")
                        + name + "(" + taken + ")" + (thrown.isEmpty() ? "" : " throws " + thrown));
    }

    private static void field(VariableTree field, String owner, boolean inInterface) {
        if (!isShown(field.getModifiers()) && !inInterface) {
            return;
        }
        String name = field.getName().toString();
        add(name, owner + ": " + flags(field.getModifiers()) + text(field.getType()) + " " + name);
    }

    private static boolean isShown(ModifiersTree modifiers) {
        return modifiers.getFlags().stream().anyMatch(SHOWN::contains);
    }

    private static String flags(ModifiersTree modifiers) {
        Set<String> words = new TreeSet<>();
        for (Modifier flag : modifiers.getFlags()) {
            // How it is done inside is nobody's business; public goes without saying.
            if (flag != Modifier.PUBLIC && flag != Modifier.SYNCHRONIZED && flag != Modifier.NATIVE) {
                words.add(flag.toString());
            }
        }
        return words.isEmpty() ? "" : String.join(" ", words) + " ";
    }

    /** A type as it stands in the source, without annotations. */
    private static String text(Tree type) {
        if (type instanceof AnnotatedTypeTree) {
            return text(((AnnotatedTypeTree) type).getUnderlyingType());
        }
        if (type instanceof ArrayTypeTree) {
            return text(((ArrayTypeTree) type).getType()) + "[]";
        }
        if (type instanceof ParameterizedTypeTree) {
            ParameterizedTypeTree of = (ParameterizedTypeTree) type;
            List<String> arguments = new ArrayList<>();
            for (Tree argument : of.getTypeArguments()) {
                arguments.add(text(argument));
            }
            return text(of.getType()) + "<" + String.join(", ", arguments) + ">";
        }
        return type.toString();
    }

    private static void add(String word, String line) {
        LINES.put(line, word);
    }
}
