/** Numbered notes under a set of tables: one a subject, however many of its cells point there. */
export class Footnotes {
  /** subject → remark → the cells it is about */
  #subjects = new Map();

  /** The mark for a cell, a superscript number. */
  mark(subject, remark, cell) {
    if (!this.#subjects.has(subject)) this.#subjects.set(subject, new Map());
    const remarks = this.#subjects.get(subject);
    remarks.set(remark, [...(remarks.get(remark) ?? []), cell]);
    return `<sup>${[...this.#subjects.keys()].indexOf(subject) + 1}</sup>`;
  }

  /** The notes, a line each. */
  text() {
    return [...this.#subjects]
      .map(([subject, remarks], index) => {
        const texts = [...remarks].map(([remark, cells]) => `${cells.join(', ')}: ${remark}`);
        return `<sup>${index + 1}</sup> ${subject}: ${texts.join('; ')}.`;
      })
      .join('<br>\n');
  }
}
