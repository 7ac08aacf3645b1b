// The package says where its program is.

declare module "workerd" {
  const path: string;
  export default path;
}
