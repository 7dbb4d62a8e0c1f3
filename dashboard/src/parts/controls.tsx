/* SPDX-License-Identifier: Apache-2.0 */
/* Small things to press: copy, choose one of a few. */

import { useEffect, useState } from "preact/hooks";
import { copied, copyFailed } from "../text/common";
import { Icon } from "./icon";
import { Hidden } from "./panel";
import "./controls.css";

/** Answers whether the text is on the clipboard. Pages opened over plain http on another machine
 * have no clipboard API; the older way through a selection works there. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "hidden-words";
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

interface CopyProps {
  text: () => string;
  label: string;
  words?: string;
  doneWords?: string;
}

/** Copies, and says on itself for 2 s whether it did. */
export function CopyButton({ text, label, words, doneWords }: CopyProps) {
  const [result, setResult] = useState<"none" | "done" | "failed">("none");
  useEffect(() => {
    if (result === "none") return;
    const timer = setTimeout(() => setResult("none"), 2_000);
    return () => clearTimeout(timer);
  }, [result]);
  const press = async () => setResult((await copyText(text())) ? "done" : "failed");
  const told = result === "none" ? "" : result === "done" ? (doneWords ?? copied) : copyFailed;
  return (
    <span class="copy">
      <button
        type="button"
        class={words === undefined ? "icon-button" : "button quiet-button"}
        aria-label={words === undefined ? label : undefined}
        title={label}
        onClick={() => void press()}
      >
        {words ?? <Icon name={result === "done" ? "check" : "copy"} />}
      </button>
      <span role="status" class={words === undefined ? "hidden-words" : "copy-told"}>
        {told}
      </span>
    </span>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  options: readonly (readonly [Value, string])[];
  value: Value;
  onChoose: (value: Value) => void;
}

/** One of a few, side by side. */
export function Choice<Value extends string>({
  label,
  options,
  value,
  onChoose,
}: ChoiceProps<Value>) {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map(([option, words]) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => onChoose(option)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

interface SearchProps {
  id: string;
  label: string;
  placeholder?: string;
  value: string;
  onInput: (value: string) => void;
}

export function SearchField({ id, label, placeholder, value, onInput }: SearchProps) {
  return (
    <span class="search">
      <Icon name="search" />
      <label for={id}>
        <Hidden>{label}</Hidden>
      </label>
      <input
        id={id}
        type="search"
        placeholder={placeholder}
        value={value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (value === "") event.currentTarget.blur();
          else onInput("");
        }}
      />
    </span>
  );
}
