export {
  mutationOptions,
  queryKey,
  queryOptions,
  type CallKey,
  type CallMutation,
  type CallQuery,
} from './query-options.ts';
