export { mock, type Mock, type MockCall, type MockHandlers, type MockOptions } from './mock.ts';
