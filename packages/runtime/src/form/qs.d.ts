declare module 'qs/dist/qs.js' {
  import qs from 'qs';
  export default qs;
}
