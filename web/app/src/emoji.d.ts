declare module 'virtual:emoji' {
  const data: string;
  export default data;
}
