// Lists what the declarations of a package show, one item a line: the word that a changelog would name, a tab, and the
// item. The declarations are those that the TypeScript compiler makes, in whose form they are read.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [, , main] = process.argv;
const lines = new Map();

for (const { name, file } of exported(main)) {
  declared(name, declaration(name, file).replace(/^export (declare )?/, ""));
}
for (const line of [...lines.keys()].sort()) {
  console.log(`${lines.get(line)}\t${line}`);
}

/** The names that a file exports, each with the file that declares it. */
function exported(file) {
  return statements(file).flatMap((statement) => {
    const [, names, from] = /^export (?:type )?\{([^}]*)\} from "(.*)"$/.exec(statement) ?? [];
    if (names === undefined) {
      throw new Error(`${file}: ${statement} is not understood`);
    }
    const place = join(dirname(file), from.replace(/\.js$/, ".d.ts"));
    const all = names.split(",").map((name) => name.trim().replace(/^type /, ""));
    return all.filter((name) => name !== "").map((name) => ({ name, file: place }));
  });
}

/** The statement that declares a name, in this file or where this file has it from. */
function declaration(name, file) {
  const all = statements(file);
  const own = all.find((text) => new RegExp(`^export (declare )?(abstract )?\\w+ ${name}\\b`).test(text));
  const from = all.map((text) => new RegExp(`^import .*\\b${name}\\b.* from "(.*)"$`).exec(text)?.[1]).find((found) => found);
  if (own === undefined && from === undefined) {
    throw new Error(`${file} declares no ${name}`);
  }
  return own ?? declaration(name, join(dirname(file), from.replace(/\.js$/, ".d.ts")));
}

function declared(name, statement) {
  const [head, body] = cut(statement);
  if (/^(abstract )?class |^interface /.test(head)) {
    add(name, head);
    for (const member of parted(body, ";")) {
      const word = /^(?:(?:static|readonly|abstract|get|set|protected|override) )*(\[?[\w.$]+)/.exec(member)?.[1] ?? name;
      if (!/^(private\b|#private)/.test(member)) {
        add(word === "constructor" ? name : word.replace("[", ""), `${name}: ${member}`);
      }
    }
  } else if (head.startsWith("type ")) {
    const meant = statement.slice(statement.indexOf("=") + 1).trim();
    for (const choice of parted(meant.replace(/^\| /, ""), "|")) {
      ofChoice(name, choice);
    }
  } else {
    add(name, statement);
  }
}

/** One of those that a type may be: a text, say, or an object, each of whose fields is an item. */
function ofChoice(name, choice) {
  if (!choice.startsWith("{") || !choice.endsWith("}")) {
    add(choice.replaceAll('"', ""), `type ${name} may be ${choice}`);
    return;
  }
  const fields = parted(choice.slice(1, -1), ";");
  for (const field of fields) {
    const word = /^(?:readonly )?(\w+)/.exec(field)?.[1] ?? name;
    add(word, `type ${name} with ${fields[0]}: ${field}`);
  }
}

/** What stands before the outermost braces of a statement, and what stands in them. */
function cut(statement) {
  const begin = statement.indexOf("{");
  return begin < 0 ? [statement, ""] : [statement.slice(0, begin).trim(), statement.slice(begin + 1, statement.lastIndexOf("}"))];
}

/** The statements of a file, each on one line. */
function statements(file) {
  const text = readFileSync(file, "utf8").replace(/("(?:[^"\\]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/.*/g, (_, literal) => literal ?? "");
  // A class, an interface or a list of names ends with its brace, all else with a semicolon.
  return parted(text.replace(/^\}$/gm, "};"), ";").filter((statement) => /^(export|import) /.test(statement) && statement !== "export {}");
}

/** The parts of a text between separators that stand in no brackets and in no text. */
function parted(text, separator) {
  const parts = [];
  let depth = 0;
  let isInText = false;
  let part = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isInText = !isInText;
    if (!isInText) {
      if ("({[<".includes(character)) depth++;
      // The arrow of a function closes nothing.
      if (")}]".includes(character) || (character === ">" && text[at - 1] !== "=")) depth--;
    }
    if (character === separator && depth === 0 && !isInText) {
      parts.push(part);
      part = "";
    } else {
      part += character;
    }
  }
  parts.push(part);
  return parts.map((each) => each.replace(/\s+/g, " ").trim()).filter((each) => each !== "");
}

function add(word, line) {
  lines.set(line, word);
}
