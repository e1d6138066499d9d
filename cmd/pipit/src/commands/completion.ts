import { Argument, Command } from 'commander';

const details = `
Prints a script that completes commands, flags, and the methods of \`pipit call\` from the project's protos.

bash, in ~/.bashrc:              eval "$(pipit completion bash)"
zsh, in ~/.zshrc, after compinit: eval "$(pipit completion zsh)"
fish:                            pipit completion fish > ~/.config/fish/completions/pipit.fish
`;

/** `pipit completion`. */
export function completionCommand(): Command {
  return new Command('completion')
    .summary('print a script for shell completion')
    .description('Prints a script for shell completion.')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', details)
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionScript } = await import('../completion/script.ts');
      process.stdout.write(completionScript(shell));
    });
}
