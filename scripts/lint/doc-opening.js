// A rule for oxlint: a doc comment begins with a noun for the thing, or with the verb for what a function does. One
// that opens with a question word describes around it.
export const docOpening = {
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const word = /^\*[\s*]*(What|Who|Whom|Whose|Whether)\b/.exec(comment.value)?.[1];
          if (comment.type !== 'Block' || word === undefined) continue;
          context.report({
            node: comment,
            message: `A doc comment that opens with "${word}" does not say what the thing is. Begin with a noun, or "Reports whether", "True where".`,
          });
        }
      },
    };
  },
};
